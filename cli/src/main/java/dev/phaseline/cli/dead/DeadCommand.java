package dev.phaseline.cli.dead;

import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.text.Help;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "dead",
    header = "Lists, shows, edits, redrives and discards dead letters.",
    description = {
      "",
      "A dead letter is an item that ended in failure, kept whole until an operator decides"
          + " about it. The decision is in a topic beside it: each letter is redriven at most"
          + " once, also when several operators act at the same time or a process is killed."
    },
    subcommands = {
      DeadListCommand.class,
      DeadShowCommand.class,
      DeadEditCommand.class,
      DeadRedriveCommand.class,
      DeadDiscardCommand.class,
      DeadUndoCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples, on the letters that `phaseline demo` left:%n",
    footer = {
      "  phaseline dead list --demo cities",
      "  phaseline dead show --demo cities 0-12",
      "  phaseline dead edit --demo cities 0-12 --value better.json",
      "  phaseline dead redrive --demo cities 0-12",
      "  phaseline dead redrive -c server.yaml orders error~Timeout --dry-run",
      "  phaseline dead redrive orders phase=pay --canary 50 --stop-if-fails 5%%",
      "  phaseline dead undo orders phase=pay",
      "  phaseline dead discard orders kind=rejected until=30d --reason 'too old'"
    })
public final class DeadCommand implements Runnable {
  @Mixin final CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    Help.show(spec.commandLine());
  }
}
