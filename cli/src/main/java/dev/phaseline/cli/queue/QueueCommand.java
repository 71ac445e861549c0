package dev.phaseline.cli.queue;

import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.text.Help;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "queue",
    header = "Makes queues, puts items into them and works them off.",
    description = {
      "",
      "An item is put into a queue once and claimed by one consumer at a time, under a lease. The"
          + " consumer deletes it when its work is done; if it dies, the item comes back. Brokers"
          + " need share groups: Kafka 4.2 or later.",
      "",
      "A claim belongs to the process that made it: Kafka gives its items back as soon as the"
          + " process has ended. So there is no command that deletes or releases what another one"
          + " has claimed: `claim` and `work` do that themselves.",
      "",
      "Dead letters of a queue NAME are those of queue.NAME: `phaseline dead list queue.NAME`."
    },
    subcommands = {
      QueueListCommand.class,
      QueueCreateCommand.class,
      QueuePutCommand.class,
      QueueClaimCommand.class,
      QueueEndCommand.class,
      QueueWorkCommand.class,
      QueueCountCommand.class,
      QueuePurgeCommand.class,
      QueueRmCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "  phaseline queue create mails",
      "  phaseline queue put mails 'to: ada@example.org'",
      "  phaseline queue work mails --exec ./send-mail",
      "  phaseline queue claim mails --delete --max 100 > mails.ndjson",
      "  phaseline queue put mails --ndjson < mails.ndjson"
    })
public final class QueueCommand implements Runnable {
  @Mixin final CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    Help.show(spec.commandLine());
  }
}
