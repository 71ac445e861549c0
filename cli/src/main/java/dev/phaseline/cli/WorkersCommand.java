package dev.phaseline.cli;

import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.ops.control.WorkersView;
import dev.phaseline.schemas.control.Heartbeat.PhaseBeat;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "workers",
    header = "Shows which workers there are and what they do.",
    description = {
      "",
      "Workers report once a second. One that has not for 5 seconds is shown as gone, one that"
          + " ended in order as stopped; both are forgotten after a day. Where reports can't be"
          + " written, because brokers are away, a worker's state is unknown."
    },
    footer = {
      "  phaseline workers -c server.yaml",
      "  phaseline workers --json | jq -r '.workers[].server'"
    })
final class WorkersCommand implements Callable<Integer> {
  @Mixin private ControlOptions options = new ControlOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  private record Answer(List<WorkerView> workers, List<String> unreadable) {}

  @Override
  public Integer call() {
    var config = options.site(spec);
    var answer =
        ControlOptions.saying(
            () -> {
              try (var view = WorkersView.open(config.kafka(), config.names())) {
                return new Answer(view.list(), view.unreadable());
              }
            });
    var out = spec.commandLine().getOut();
    if (options.json()) {
      var json = new LinkedHashMap<String, Object>();
      var list = new ArrayList<Object>();
      for (var worker : answer.workers()) list.add(ControlJson.worker(worker));
      json.put("workers", list);
      json.put("unreadable", answer.unreadable());
      out.println(DeadJson.line(json));
    } else {
      print(out, answer.workers());
      for (var one : answer.unreadable()) {
        out.println(Printable.line("A report can't be read, of " + one));
      }
    }
    return ExitStatus.OK;
  }

  private static void print(PrintWriter out, List<WorkerView> workers) {
    if (workers.isEmpty()) out.println("No worker has reported within the last day.");
    for (var worker : workers) {
      var said = worker.heartbeat();
      var state = worker.liveness().name().toLowerCase(Locale.ROOT);
      var when = worker.isLive() ? "" : ", last seen " + ago(worker.age());
      out.println(
          Printable.line(
              "%s  %s%s  %s on %s, pid %d"
                  .formatted(said.server(), state, when, said.version(), said.host(), said.pid())));
      if (!said.trouble().isEmpty()) out.println("  " + Printable.line(said.trouble()));
      for (var beat : said.phases()) print(out, beat);
      var error = said.lastError();
      if (error != null) {
        out.println(Printable.line("  last error at " + error.at() + ": " + error.what()));
      }
    }
  }

  private static void print(PrintWriter out, PhaseBeat beat) {
    out.println(
        String.format(
            Locale.ROOT,
            "  %-28s %-8s %,4d of %,4d%s run%s, %,d held, lag %s, %d partitions",
            beat.pipeline() + '.' + beat.phase(),
            beat.run().text(),
            beat.running(),
            beat.permits(),
            beat.permitsAuto() ? " (auto)" : "",
            beat.oldestMs() >= 1_000 ? " for up to " + ago(Duration.ofMillis(beat.oldestMs())) : "",
            beat.held(),
            beat.lag() < 0 ? "unknown" : String.format(Locale.ROOT, "%,d", beat.lag()),
            beat.partitions()));
    if (!beat.condition().isEmpty()) out.println("    " + Printable.line(beat.condition()));
  }

  private static String ago(Duration age) {
    if (age.toHours() > 0) return age.toHours() + " h";
    return age.toMinutes() > 0 ? age.toMinutes() + " min" : age.toSeconds() + " s";
  }
}
