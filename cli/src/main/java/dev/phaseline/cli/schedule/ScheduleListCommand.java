package dev.phaseline.cli.schedule;

import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.cli.text.Table;
import dev.phaseline.cli.text.Table.Fit;
import dev.phaseline.cli.text.Widths;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.ops.schedule.ScheduleAnswers;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "list",
    header = "Lists the schedules, with their next and latest runs and what is wrong with them.",
    footer = {"  phaseline schedule list", "  phaseline schedule list --json"})
final class ScheduleListCommand implements Callable<Integer> {
  private static final int RECENT = 10;

  @Mixin private ScheduleOptions options = new ScheduleOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    var now = Instant.now();
    var all =
        options.with(
            spec,
            site -> {
              var client = site.client();
              var served = client.isServed();
              var latest = client.latest(RECENT);
              return new ScheduleAnswers.All(
                  served,
                  client.list().stream()
                      .map(
                          view ->
                              ScheduleAnswers.line(
                                  view, served, latest.getOrDefault(view.id(), List.of()), now))
                      .toList(),
                  ScheduleAnswers.unreadable(client.unreadable()));
            });
    var out = spec.commandLine().getOut();
    if (options.json()) out.println(LetterJson.line(all));
    else print(out, all, now);
    return ExitStatus.OK;
  }

  private static void print(PrintWriter out, ScheduleAnswers.All all, Instant now) {
    if (all.schedules().isEmpty()) {
      out.println("There is no schedule: make one with `phaseline schedule put`.");
    } else {
      table(all, now).lines(Widths.of(out)).forEach(out::println);
    }
    if (!all.served() && !all.schedules().isEmpty()) {
      out.println(
          "No scheduler runs, so no schedule does: start one with `phaseline scheduler` or"
              + " `phaseline worker --scheduler`.");
    }
    for (var one : all.schedules()) {
      for (var trouble : one.trouble()) {
        out.println(Printable.line(trouble.title()));
        out.println(Printable.line("  " + trouble.remedy()));
      }
    }
    for (var one : all.unreadable()) {
      out.println(
          Printable.line(
              "Schedule " + one.id() + " can't be read: " + one.why() + "; put it again."));
    }
  }

  private static Table table(ScheduleAnswers.All all, Instant now) {
    var table =
        new Table(
            List.of(
                Table.text("SCHEDULE", Fit.ID),
                Table.text("WHEN", Fit.NAME),
                Table.text("STATE", Fit.NEEDED),
                Table.text("NEXT", Fit.NEEDED),
                Table.text("LAST", Fit.WANTED),
                Table.number("RUNS", Fit.USEFUL),
                Table.text("PIPELINE", Fit.EXTRA)));
    for (var one : all.schedules()) {
      table.row(
          one.id(),
          one.when(),
          one.state(),
          ScheduleTexts.until(one.next(), now),
          ScheduleTexts.last(one.last(), now),
          "%,d".formatted(one.counts().runs()),
          one.pipeline());
    }
    return table;
  }
}
