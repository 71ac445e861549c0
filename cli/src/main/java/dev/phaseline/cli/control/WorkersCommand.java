package dev.phaseline.cli.control;

import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.cli.text.Table;
import dev.phaseline.cli.text.Table.Fit;
import dev.phaseline.cli.text.Widths;
import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.ops.control.WorkersView;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.schemas.control.Heartbeat.PhaseBeat;
import dev.phaseline.server.ServerConfig;
import dev.phaseline.topics.ClusterException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "workers",
    header = "Lists the workers and the state of their phases.",
    description = {
      "",
      "Workers send heartbeats once a second. A worker without one for 5 seconds is shown as"
          + " gone, one that ended in order as stopped; both are removed after a day. While"
          + " heartbeats can't be written, because brokers are unavailable, a worker's"
          + " state is unknown.",
      "",
      "A phase that no worker runs is named below them, with how many items wait for it at most."
    },
    footer = {
      "  phaseline workers -c server.yaml",
      "  phaseline workers --json | jq -r '.workers[].server'"
    })
public final class WorkersCommand implements Callable<Integer> {
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
                var workers = view.list();
                return new Answer(workers, view.unreadable());
              }
            });
    var out = spec.commandLine().getOut();
    if (options.json()) {
      out.println(LetterJson.line(ControlJson.Workers.of(answer.workers(), answer.unreadable())));
    } else {
      print(out, answer.workers());
      for (var one : answer.unreadable()) {
        out.println(Printable.line("A report can't be read, of " + one));
      }
      unserved(config, answer.workers(), Widths.of(out)).forEach(out::println);
    }
    return ExitStatus.OK;
  }

  /// The phases that no worker runs; it takes rights that the list of workers does without.
  private static List<String> unserved(ServerConfig config, List<WorkerView> workers, int width) {
    try {
      return PlacementLook.lines(PlacementLook.unserved(config, workers), width);
    } catch (ClusterException refused) {
      var words = "It is not known whether each phase has a worker: " + refused.getMessage();
      return Widths.wrapped(Printable.line(words), width, "  ");
    }
  }

  private static void print(PrintWriter out, List<WorkerView> workers) {
    if (workers.isEmpty()) out.println("No worker has reported within the last day.");
    var width = Widths.of(out);
    for (var worker : workers) {
      var said = worker.heartbeat();
      var state = worker.liveness().name().toLowerCase(Locale.ROOT);
      var when = worker.isLive() ? "" : ", last seen " + ago(worker.age());
      out.println(
          Printable.line(
              "%s  %s%s  %s on %s, pid %d"
                  .formatted(said.server(), state, when, said.version(), said.host(), said.pid())));
      if (!said.trouble().isEmpty()) wrapped(said.trouble(), width).forEach(out::println);
      if (!said.phases().isEmpty()) phases(said.phases(), width).forEach(out::println);
      var error = said.lastError();
      if (error != null) {
        wrapped("last error at " + error.at() + ": " + error.what(), width).forEach(out::println);
      }
    }
  }

  /// The lines about one worker, none wider than this.
  public static List<String> phases(List<PhaseBeat> beats, int width) {
    var table =
        new Table(
            List.of(
                Table.text("PHASE", Fit.NAME),
                Table.text("STATE", Fit.NEEDED),
                Table.number("RUNNING", Fit.NEEDED),
                Table.number("OLDEST", Fit.WANTED),
                Table.number("HELD", Fit.NEEDED),
                Table.number("LAG", Fit.NEEDED),
                Table.number("PARTS", Fit.USEFUL)));
    for (var beat : beats) {
      table.row(
          beat.pipeline() + '.' + beat.phase(),
          beat.run().text(),
          String.format(Locale.ROOT, "%,d/%,d", beat.running(), beat.permits())
              + (beat.permitsAuto() ? " auto" : ""),
          beat.oldestMs() < 1_000 ? "-" : ago(Duration.ofMillis(beat.oldestMs())),
          String.format(Locale.ROOT, "%,d", beat.held()),
          beat.lag() < 0 ? "unknown" : String.format(Locale.ROOT, "%,d", beat.lag()),
          Integer.toString(beat.partitions()));
    }
    var lines = new ArrayList<String>();
    for (var row : table.lines(Math.max(1, width - 2))) lines.add("  " + row);
    for (var beat : beats) {
      if (beat.condition().isEmpty()) continue;
      var words = "  " + beat.pipeline() + '.' + beat.phase() + ": " + beat.condition();
      lines.addAll(Widths.wrapped(Printable.line(words), width, "    "));
    }
    return lines;
  }

  private static List<String> wrapped(String text, int width) {
    return Widths.wrapped("  " + Printable.line(text), width, "    ");
  }

  private static String ago(Duration age) {
    if (age.toHours() > 0) return age.toHours() + " h";
    return age.toMinutes() > 0 ? age.toMinutes() + " min" : age.toSeconds() + " s";
  }
}
