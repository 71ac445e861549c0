package dev.phaseline.cli.demo;

import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.config.DataOptions;
import dev.phaseline.cli.config.Examples;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Interrupt;
import dev.phaseline.cli.text.Widths;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "feeds",
    header = "Runs feeds on schedules while servers come and go, and audits every instant.",
    description = {
      "",
      "Three feeds run on schedules, with time compressed: an hour is a second. One is hourly; one"
          + " is daily, with imports of twelve hours, of a pipeline that extends the other's; one is"
          + " continuous. Two servers, processes of their own with different placement, run them and"
          + " the scheduler. A third one is added, one is killed (SIGKILL) in the middle of the long"
          + " job, and one is drained.",
      "",
      "At the end it reads the topics: each instant must have exactly one decision, each submitted"
          + " job must be there once and have ended once, and so must each of its items; and of what"
          + " the drained server had complete, nothing may have run again.",
      "",
      "The schedules run for 48 s; the rest is starting and ending. The servers' output, and their"
          + " files, are in DIR/feeds. Nothing listens but on loopback."
    },
    sortOptions = false,
    exitCodeList = {
      "0:no instant was missed and none doubled, and every job and item ended once",
      "1:it could not begin or go on",
      "2:an option is wrong",
      "3:the audit found something; the lines have the details",
      "130:stopped by Ctrl-C"
    },
    footer = {
      "  phaseline demo feeds",
      "  phaseline demo feeds --days 5     2 minutes of schedules",
      "  phaseline demo feeds --json | jq .schedules"
    })
public final class FeedsDemoCommand implements Callable<Integer> {
  private static final int DAYS_MIN = 2;
  private static final int DAYS_MAX = 100;

  @Option(names = "--fresh", description = "Delete what earlier runs of it left, first.")
  private boolean fresh;

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "How long the schedules run, in days of 24 s (default: ${DEFAULT-VALUE}).")
  private int days = DAYS_MIN;

  @Option(
      names = "--json",
      description = {
        "End standard output with one JSON object; everything else goes to standard error."
      })
  private boolean json;

  @Mixin private DataOptions data = new DataOptions();
  @Mixin private CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    Examples.required(FeedsDemoCommand.class.getClassLoader());
    if (days < DAYS_MIN || days > DAYS_MAX) {
      throw CommandFailure.usage(
          "--days " + days + ": must be from " + DAYS_MIN + " to " + DAYS_MAX);
    }
    var out = spec.commandLine().getOut();
    var talk = json ? spec.commandLine().getErr() : out;
    try (var interrupt = Interrupt.listen(FeedsDemo.PATIENCE, () -> tookTooLong(talk))) {
      var demo = new FeedsDemo(data.folder(), days, interrupt, line -> say(talk, line));
      var report = demo.run(fresh, common.verbose());
      if (report.isEmpty()) {
        say(talk, "stopped; the next run puts new schedules, and finishes the jobs of these");
        return ExitStatus.INTERRUPTED;
      }
      report.get().lines(Widths.of(talk)).forEach(talk::println);
      talk.flush();
      if (json) out.println(Json.line(report.get()));
      return report.get().balanced() ? ExitStatus.OK : ExitStatus.UNBALANCED;
    }
  }

  private static void say(PrintWriter talk, String line) {
    talk.println(line);
    talk.flush();
  }

  private static void tookTooLong(PrintWriter talk) {
    say(talk, "phaseline: gave up waiting after " + FeedsDemo.PATIENCE.toSeconds() + " s");
  }
}
