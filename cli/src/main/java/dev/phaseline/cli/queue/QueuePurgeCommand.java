package dev.phaseline.cli.queue;

import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.queue.QueueOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "purge",
    header = "Removes all items of a queue, for good.",
    description = {
      "",
      "Claimed items too; delayed items and dead letters stay. The records are removed from the"
          + " log, and can't be brought back."
    },
    exitCodeList = {
      "0:the items are removed",
      "1:nothing was done: it was not confirmed, or no broker answers",
      "2:an option or the queue's name is wrong"
    },
    footer = "  phaseline queue purge mails --yes")
final class QueuePurgeCommand implements Callable<Integer> {
  @Mixin private QueueSite site = new QueueSite();

  @Parameters(index = "0", paramLabel = "NAME", description = "Which queue.")
  private String name = "";

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    return site.with(
        spec,
        name,
        QueueOptions.DEFAULT,
        queue -> {
          var question = "Remove all " + queue.count().total() + " items of " + name + "?";
          if (!yes && !Confirmation.asked(spec.commandLine().getErr(), question)) {
            return ExitStatus.FAILED;
          }
          var removed = queue.purge();
          var out = spec.commandLine().getOut();
          if (site.json()) out.println(LetterJson.line(new Removed(name, removed)));
          else out.println("removed " + removed + (removed == 1 ? " item" : " items"));
          return ExitStatus.OK;
        });
  }

  private record Removed(String queue, long removed) {}
}
