package dev.phaseline.cli.schedule;

import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.ops.schedule.ScheduleAnswers;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "show",
    header = "Shows one schedule: its definition, its state and who changed it last.",
    footer = "  phaseline schedule show nightly")
final class ScheduleShowCommand implements Callable<Integer> {
  private static final int INSTANTS = 3;
  private static final int HISTORY = 5;

  @Mixin private ScheduleOptions options = new ScheduleOptions();

  @Parameters(index = "0", paramLabel = "ID", description = "Which schedule.")
  private String id = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    var now = Instant.now();
    var one =
        options.with(
            spec,
            site ->
                ScheduleAnswers.one(
                    site.client().require(id),
                    site.client().isServed(),
                    site.client().history(id, HISTORY),
                    now,
                    INSTANTS));
    var out = spec.commandLine().getOut();
    if (options.json()) out.println(LetterJson.line(one));
    else print(out, one, now);
    return ExitStatus.OK;
  }

  private static void print(PrintWriter out, ScheduleAnswers.One one, Instant now) {
    var schedule = one.schedule();
    out.println(Printable.line(schedule.id() + "  " + schedule.state()));
    for (var field : one.definition().properties()) {
      var value = field.getValue();
      var text = value.isTextual() ? value.textValue() : value.toString();
      out.println(Printable.line("  %-18s %s".formatted(field.getKey(), text)));
    }
    line(out, "next", ScheduleTexts.orNone(schedule.next()));
    line(out, "latest run", ScheduleTexts.last(schedule.last(), now));
    var counts = schedule.counts();
    line(
        out,
        "runs",
        "%,d; %,d failed in a row, %,d running, %,d waiting"
            .formatted(counts.runs(), counts.failures(), counts.running(), counts.waiting()));
    line(
        out,
        "changed",
        ScheduleTexts.since(one.changed(), now)
            + " by "
            + one.by()
            + (one.reason().isEmpty() ? "" : ": " + one.reason()));
    for (var trouble : schedule.trouble()) {
      out.println(Printable.line("  " + trouble.title()));
      out.println(Printable.line("    " + trouble.remedy()));
    }
  }

  private static void line(PrintWriter out, String name, String text) {
    out.println(Printable.line("  %-18s %s".formatted("(" + name + ")", text)));
  }
}
