package dev.phaseline.cli.schedule;

import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.text.Help;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "schedule",
    header = "Runs jobs again and again: at times, at an interval, or one after the other.",
    description = {
      "",
      "Schedules are records of a topic, which the scheduler follows within a second. They are put"
          + " one by one, or from a file of many. For each schedule and instant one job is"
          + " submitted, however many schedulers run."
    },
    subcommands = {
      SchedulePutCommand.class,
      ScheduleApplyCommand.class,
      ScheduleListCommand.class,
      ScheduleShowCommand.class,
      ScheduleNextCommand.class,
      ScheduleHistoryCommand.class,
      ScheduleChanges.Pause.class,
      ScheduleChanges.Resume.class,
      ScheduleChanges.Trigger.class,
      ScheduleChanges.Backfill.class,
      ScheduleChanges.Remove.class
    },
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "  phaseline schedule put nightly orders --cron '0 2 * * MON-FRI' \\",
      "      --zone Europe/Berlin --payload '{\"day\":\"${nominal.date}\"}'",
      "  phaseline schedule apply schedules.yaml --dry-run",
      "  phaseline schedule list"
    })
public final class ScheduleCommand implements Runnable {
  @Mixin final CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    Help.show(spec.commandLine());
  }
}
