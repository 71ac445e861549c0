package dev.phaseline.cli.schedule;

import dev.phaseline.cli.submit.Instants;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.ops.schedule.ScheduleAnswers;
import dev.phaseline.ops.schedule.ScheduleChange;
import dev.phaseline.ops.schedule.ScheduleClient;
import dev.phaseline.schemas.control.Author;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Commands that change one schedule that is there.
final class ScheduleChanges {
  private ScheduleChanges() {}

  /// A change of the schedule of an id.
  private interface Change {
    ScheduleChange make(ScheduleClient client, String id, Author author);
  }

  /// Options common to all of them.
  private static final class Target {
    @Mixin private ScheduleOptions options = new ScheduleOptions();

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it stays in the audit.")
    private String reason = "";

    @Parameters(index = "0", paramLabel = "ID", description = "Which schedule.")
    private String id = "";

    private ScheduleChange make(CommandSpec spec, String verb, Change change) {
      return options.with(
          spec,
          site -> {
            var _ = site.client().require(id); // before it is audited
            var author = site.audited(verb, id, reason);
            return change.make(site.client(), id, author);
          });
    }

    private int run(CommandSpec spec, String verb, Change change, String done) {
      return options.print(spec, make(spec, verb, change), done);
    }
  }

  @Command(
      name = "pause",
      header = "Pauses a schedule.",
      description = {
        "",
        "No instant of it runs until `phaseline schedule resume`. Running jobs go on."
      },
      footer = "  phaseline schedule pause nightly --reason 'the shop is closed'")
  static final class Pause implements Callable<Integer> {
    @Mixin private Target target = new Target();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      return target.run(spec, "pause", ScheduleClient::pause, "is paused");
    }
  }

  @Command(
      name = "resume",
      header = "Resumes a schedule that was paused, or paused itself after failures.",
      description = {"", "Instants of the pause are not caught up: `backfill` is for those."},
      footer = "  phaseline schedule resume nightly")
  static final class Resume implements Callable<Integer> {
    @Mixin private Target target = new Target();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      return target.run(spec, "resume", ScheduleClient::resume, "runs");
    }
  }

  @Command(
      name = "trigger",
      header = "Orders one run of a schedule now, whatever runs.",
      description = {"", "Prints the id of the job, which the scheduler submits within a second."},
      footer = "  phaseline schedule trigger nightly")
  static final class Trigger implements Callable<Integer> {
    @Mixin private Target target = new Target();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      var change = target.make(spec, "trigger", ScheduleClient::trigger);
      var out = spec.commandLine().getOut();
      if (target.options.json()) out.println(LetterJson.line(ScheduleAnswers.Changed.of(change)));
      else out.println(Printable.line("job " + change.job() + " is ordered"));
      return ExitStatus.OK;
    }
  }

  @Command(
      name = "backfill",
      header = "Orders a run for each instant of a past range.",
      description = {
        "",
        "They run in order, whether the instants ran before or not. Jitter, overlap and catch-up"
            + " do not hold for them, exclusions do."
      },
      footer = {
        "  phaseline schedule backfill nightly --from 2026-11-01T00:00:00Z \\",
        "      --until 2026-11-08T00:00:00Z --at-once 2"
      })
  static final class Backfill implements Callable<Integer> {
    @Mixin private Target target = new Target();

    @Option(
        names = "--from",
        required = true,
        paramLabel = "INSTANT",
        description = "The first instant that counts.")
    private String from = "";

    @Option(
        names = "--until",
        required = true,
        paramLabel = "INSTANT",
        description = "The first instant that does not count.")
    private String until = "";

    @Option(
        names = "--at-once",
        paramLabel = "N",
        description = "Jobs that run at once (default: ${DEFAULT-VALUE}).")
    private int atOnce = 1;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      var begin = Instants.parse("--from", from);
      var end = Instants.parse("--until", until);
      return target.run(
          spec,
          "backfill",
          (client, id, author) -> client.backfill(id, begin, end, atOnce, author),
          "is backfilled from " + begin + " to " + end);
    }
  }

  @Command(
      name = "rm",
      header = "Removes a schedule; its running jobs go on.",
      footer = "  phaseline schedule rm nightly --reason 'replaced by hourly'")
  static final class Remove implements Callable<Integer> {
    @Mixin private Target target = new Target();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      return target.run(spec, "remove", ScheduleClient::remove, "is removed");
    }
  }
}
