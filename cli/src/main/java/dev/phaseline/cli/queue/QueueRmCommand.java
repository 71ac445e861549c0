package dev.phaseline.cli.queue;

import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.queue.QueueOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "rm",
    header = "Deletes a queue with all its items, for good.",
    description = {
      "",
      "Its dead letters stay. Consumers that wait for items fail; delayed items are refused when"
          + " they are due (`phaseline timers`)."
    },
    exitCodeList = {
      "0:the queue is deleted",
      "1:nothing was done: it was not confirmed, or no broker answers",
      "2:an option or the queue's name is wrong"
    },
    footer = "  phaseline queue rm mails --yes")
final class QueueRmCommand implements Callable<Integer> {
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
          var question = "Delete queue " + name + " with " + queue.count().total() + " items?";
          if (!yes && !Confirmation.asked(spec.commandLine().getErr(), question)) {
            return ExitStatus.FAILED;
          }
          queue.deleteQueue();
          spec.commandLine().getOut().println("deleted queue " + name);
          return ExitStatus.OK;
        });
  }
}
