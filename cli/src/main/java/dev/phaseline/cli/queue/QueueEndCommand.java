package dev.phaseline.cli.queue;

import dev.phaseline.cli.text.CommandFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Refusal of what other queues have as commands: Kafka ties a claim to the process that made it,
/// so no other process can delete or release its items.
@Command(
    name = "delete",
    aliases = "release",
    hidden = true,
    header = "Not possible: a claim ends with its process.",
    description = {
      "",
      "`phaseline queue claim` deletes and releases what it has claimed, as its standard input"
          + " says."
    },
    footer = "  phaseline queue claim mails --delete")
final class QueueEndCommand implements Callable<Integer> {
  @Mixin final QueueSite site = new QueueSite();

  @Parameters(arity = "0..*", paramLabel = "ARGUMENT", description = "Not used.")
  List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() {
    throw CommandFailure.usage(
        "a claim ends with its process, so only that can delete or release its items: write"
            + " {\"delete\": \"ID\"} or {\"release\": \"ID\"} to the standard input of"
            + " `phaseline queue claim`, or use `claim --delete`");
  }
}
