package dev.phaseline.cli.schedule;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Table;
import dev.phaseline.cli.text.Table.Fit;
import dev.phaseline.cli.text.Widths;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.ops.schedule.ScheduleAnswers;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "history",
    header = "Lists what was decided about the instants of a schedule, the newest first.",
    description = {
      "",
      "A run is two lines: its submission, with how late it was, and its end. Skipped instants"
          + " have their reason."
    },
    footer = "  phaseline schedule history nightly --limit 50")
final class ScheduleHistoryCommand implements Callable<Integer> {
  private static final int LIMIT_MAX = 10_000;

  @Mixin private ScheduleOptions options = new ScheduleOptions();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "How many lines (default: ${DEFAULT-VALUE}).")
  private int limit = 20;

  @Parameters(index = "0", paramLabel = "ID", description = "Which schedule.")
  private String id = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    if (limit < 1 || limit > LIMIT_MAX) {
      throw CommandFailure.usage("--limit is " + limit + ": use 1 to " + LIMIT_MAX);
    }
    var runs =
        options.with(
            spec,
            site -> {
              var found = site.client().history(id, limit);
              if (found.isEmpty()) {
                var _ = site.client().require(id); // one that was removed has a history too
              }
              return found.stream().map(ScheduleAnswers::run).toList();
            });
    var out = spec.commandLine().getOut();
    if (options.json()) {
      out.println(LetterJson.line(new History(id, runs)));
    } else if (runs.isEmpty()) {
      out.println("Nothing was decided about schedule " + id + " yet.");
    } else {
      table(runs).lines(Widths.of(out)).forEach(out::println);
    }
    return ExitStatus.OK;
  }

  private static Table table(List<ScheduleAnswers.Run> runs) {
    var table =
        new Table(
            List.of(
                Table.text("INSTANT", Fit.NEEDED),
                Table.text("WHAT", Fit.NEEDED),
                Table.number("LATE", Fit.WANTED),
                Table.number("TOOK", Fit.WANTED),
                Table.number("ITEMS", Fit.USEFUL),
                Table.text("CAUSE", Fit.USEFUL),
                Table.text("JOB", Fit.EXTRA)));
    for (var run : runs) {
      table.row(
          run.nominal(),
          what(run),
          run.latenessMs() == null ? "" : ScheduleTexts.span(run.latenessMs()),
          run.tookMs() == null ? "" : ScheduleTexts.span(run.tookMs()),
          run.items() == null ? "" : "%,d".formatted(run.items()),
          run.cause(),
          run.job() == null ? "" : run.job());
    }
    return table;
  }

  private static String what(ScheduleAnswers.Run run) {
    return switch (run.what()) {
      case "ended" -> ScheduleTexts.orNone(run.outcome());
      case "skipped" ->
          "skipped: "
              + ScheduleTexts.orNone(run.why())
              + (run.count() != null && run.count() > 1 ? " (%,d)".formatted(run.count()) : "");
      default -> run.what();
    };
  }

  private record History(String id, List<?> history) {}
}
