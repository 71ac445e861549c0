package dev.phaseline.cli.schedule;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.ops.schedule.ScheduleAnswers;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "next",
    header = "Prints the coming instants of a schedule, in its time zone.",
    description = {
      "",
      "A continuous schedule has none: its next run starts when the last one's job has ended."
    },
    footer = "  phaseline schedule next nightly")
final class ScheduleNextCommand implements Callable<Integer> {
  private static final int COUNT_MAX = 10_000;

  @Mixin private ScheduleOptions options = new ScheduleOptions();

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "How many (default: ${DEFAULT-VALUE}).")
  private int count = 10;

  @Parameters(index = "0", paramLabel = "ID", description = "Which schedule.")
  private String id = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    if (count < 1 || count > COUNT_MAX) {
      throw CommandFailure.usage("--count is " + count + ": use 1 to " + COUNT_MAX);
    }
    var view = options.with(spec, site -> site.client().require(id));
    var coming = view.next(Instant.now(), count);
    var zone = ScheduleAnswers.zone(view.spec().timing());
    var out = spec.commandLine().getOut();
    if (options.json()) {
      out.println(
          LetterJson.line(new Coming(id, zone, coming.stream().map(Instant::toString).toList())));
      return ExitStatus.OK;
    }
    for (var one : coming) out.println(ScheduleTexts.full(one, ZoneId.of(zone)));
    if (coming.isEmpty()) out.println("No instant is ahead by the clock: it is " + state(view));
    if (view.isHeld()) {
      spec.commandLine()
          .getErr()
          .println(
              "phaseline: it is " + view.state() + ", so none of them runs until it is resumed");
    }
    return ExitStatus.OK;
  }

  private static String state(dev.phaseline.ops.schedule.ScheduleView view) {
    return ScheduleAnswers.when(view.spec().timing()) + ", " + view.state() + ".";
  }

  private record Coming(String id, String zone, List<String> instants) {}
}
