package dev.phaseline.cli.outbox;

import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.text.Help;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "outbox",
    header = "Publishes jobs that were submitted in transactions of a SQL database.",
    description = {
      "",
      "A service submits jobs with Outbox.submit(connection, ...), in the transaction of its"
          + " business. They wait in the table phaseline_outbox, from where a relay publishes each"
          + " of them once. Each database has an outbox of its own name."
    },
    subcommands = {OutboxRunCommand.class, OutboxStatusCommand.class},
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "  phaseline jdbc schema --dialect postgresql | psql orders",
      "  phaseline outbox run orders --jdbc-url jdbc:postgresql://db/orders",
      "  phaseline outbox status"
    })
public final class OutboxCommand implements Runnable {
  @Mixin final CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    Help.show(spec.commandLine());
  }
}
