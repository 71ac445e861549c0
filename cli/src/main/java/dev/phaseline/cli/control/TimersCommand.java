package dev.phaseline.cli.control;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.ops.control.RefusedTimer;
import dev.phaseline.ops.control.TimersView;
import dev.phaseline.ops.dead.LetterJson;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "timers",
    header = "Shows whether timers are fired, and lists the refused ones.",
    description = {
      "",
      "Jobs for later and retries that wait long are timers, which a scheduler fires. One that"
          + " can't be read, has no topic to go to or is too large is kept with its reason. Written"
          + " to the topic of timers again without pl-kind and pl-reason, it is tried again."
    },
    footer = {"  phaseline timers -c server.yaml", "  phaseline timers --days 30 --json"})
public final class TimersCommand implements Callable<Integer> {
  private static final int DAYS_MAX = 36_500;

  @Mixin private ControlOptions options = new ControlOptions();

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "7",
      description = "Refused within N days (default: ${DEFAULT-VALUE}).")
  private int days;

  @Spec private CommandSpec spec = CommandSpec.create();

  /// The answer of the command.
  ///
  /// @param state of all timers
  /// @param refused the oldest first
  private record Shown(TimersView.State state, List<RefusedTimer> refused) {}

  @Override
  public Integer call() {
    if (days < 1 || days > DAYS_MAX) {
      throw CommandFailure.usage("--days is " + days + ": use 1 to " + DAYS_MAX);
    }
    var config = options.site(spec);
    var shown =
        ControlOptions.saying(
            () -> {
              try (var view = TimersView.open(config.kafka(), config.names())) {
                return new Shown(
                    view.look(), view.refused(Instant.now().minus(Duration.ofDays(days))));
              }
            });
    var out = spec.commandLine().getOut();
    if (options.json())
      out.println(LetterJson.line(ControlJson.Timers.of(shown.state(), shown.refused())));
    else print(out, shown);
    return ExitStatus.OK;
  }

  private void print(PrintWriter out, Shown shown) {
    out.println(
        shown.state().isServed()
            ? "A scheduler runs."
            : "No scheduler runs: start one with `phaseline scheduler` or `phaseline worker"
                + " --scheduler`.");
    if (shown.refused().isEmpty()) out.println("No timer was refused within " + days + " days.");
    for (var one : shown.refused()) {
      out.println(
          Printable.line(
              "%s  %s  job %s to %s"
                  .formatted(one.at(), one.kind(), shownText(one.job()), shownText(one.target()))));
      out.println(Printable.line("  " + one.reason()));
    }
  }

  private static String shownText(String text) {
    return text.isEmpty() ? "unknown" : text;
  }
}
