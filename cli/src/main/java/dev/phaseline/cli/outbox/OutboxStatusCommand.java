package dev.phaseline.cli.outbox;

import dev.phaseline.cli.config.Brokers;
import dev.phaseline.cli.config.ClusterOptions;
import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.config.Logs;
import dev.phaseline.cli.text.Ages;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.cli.text.Table;
import dev.phaseline.cli.text.Table.Fit;
import dev.phaseline.cli.text.Widths;
import dev.phaseline.ops.control.OutboxView;
import dev.phaseline.ops.control.OutboxesView;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.topics.ClusterException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "status",
    header = "Lists the outboxes, and the jobs that wait in them.",
    description = {
      "",
      "By the reports of their relays, which come every few seconds. No database is connected to."
    },
    footer = {
      "  phaseline outbox status -c server.yaml",
      "  phaseline outbox status --json | jq '.outboxes[].waiting'"
    })
final class OutboxStatusCommand implements Callable<Integer> {
  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  /// The answer as JSON.
  private record Answer(List<Line> outboxes) {}

  /// An outbox.
  ///
  /// @param relay the relay that publishes, or did last
  /// @param state publishing, silent or stopped
  /// @param batch the last batch that was published
  /// @param waiting rows that wait, up to 100,000
  /// @param lagMs the age of the oldest of them
  /// @param reported the time of the last report
  /// @param condition what holds rows up; absent when nothing does
  private record Line(
      String outbox,
      String relay,
      String state,
      long batch,
      long waiting,
      long lagMs,
      String reported,
      @Nullable String condition) {
    static Line of(OutboxView view) {
      var state = view.state();
      return new Line(
          state.outbox(),
          state.relay(),
          words(view),
          state.batch(),
          state.waiting(),
          view.lag().toMillis(),
          state.at().toString(),
          state.condition().isEmpty() ? null : state.condition());
    }

    private static String words(OutboxView view) {
      if (view.state().stopped()) return "stopped";
      return view.isSilent() ? "silent" : "publishing";
    }
  }

  @Override
  public Integer call() {
    Logs.toConsole(common.verbose(), _ -> {}); // what is wrong is said once, by us
    var config = cluster.config(spec);
    config.bootstrapServers();
    Brokers.check(config);
    var out = spec.commandLine().getOut();
    try (var view = OutboxesView.open(config.kafka(), config.names())) {
      var lines = view.list().stream().map(Line::of).toList();
      if (json) out.println(LetterJson.line(new Answer(lines)));
      else print(out, lines);
      return ExitStatus.OK;
    } catch (ClusterException failed) {
      throw CommandFailure.of(String.valueOf(failed.getMessage()), failed);
    } catch (KafkaException unusable) {
      throw Brokers.unusable(unusable);
    }
  }

  private static void print(PrintWriter out, List<Line> lines) {
    if (lines.isEmpty()) {
      out.println("No relay of an outbox has reported: start one with `phaseline outbox run`.");
      return;
    }
    var table =
        new Table(
            List.of(
                Table.text("OUTBOX", Fit.NAME),
                Table.text("STATE", Fit.NEEDED),
                Table.number("WAITING", Fit.NEEDED),
                Table.number("OLDEST", Fit.WANTED),
                Table.number("BATCH", Fit.EXTRA),
                Table.text("RELAY", Fit.ID),
                Table.text("REPORTED", Fit.USEFUL)));
    for (var line : lines) {
      table.row(
          line.outbox(),
          line.state(),
          String.format(Locale.ROOT, "%,d", line.waiting()),
          line.waiting() == 0 ? "-" : Ages.of(Duration.ofMillis(line.lagMs())),
          Long.toString(line.batch()),
          line.relay(),
          line.reported());
    }
    var width = Widths.of(out);
    table.lines(width).forEach(out::println);
    for (var line : lines) {
      if (line.condition() == null) continue;
      var words = Printable.line(line.outbox() + ": " + line.condition());
      Widths.wrapped(words, width, "  ").forEach(out::println);
    }
  }
}
