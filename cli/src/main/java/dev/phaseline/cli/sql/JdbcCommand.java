package dev.phaseline.cli.sql;

import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.text.Help;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "jdbc",
    header = "Prints the tables that transactional phases and outboxes need in SQL databases.",
    description = {
      "",
      "A transactional phase has its effects in a user's database and the record of them in"
          + " one transaction, so that each effect happens exactly once. For that record, the"
          + " database has the table phaseline_effect. An outbox has phaseline_outbox and its kin."
    },
    subcommands = JdbcSchemaCommand.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = "  phaseline jdbc schema --dialect postgresql | psql bank")
public final class JdbcCommand implements Runnable {
  @Mixin final CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    Help.show(spec.commandLine());
  }
}
