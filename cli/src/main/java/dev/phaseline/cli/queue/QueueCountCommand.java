package dev.phaseline.cli.queue;

import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.queue.QueueOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "count",
    header = "Prints how many items a queue has.",
    description = {
      "",
      "Those that are available or claimed, without delayed ones. An estimate: brokers write the"
          + " state of a share group a moment after it has changed."
    },
    footer = "  phaseline queue count mails")
final class QueueCountCommand implements Callable<Integer> {
  @Mixin private QueueSite site = new QueueSite();

  @Parameters(index = "0", paramLabel = "NAME", description = "Which queue.")
  private String name = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    long items = site.with(spec, name, QueueOptions.DEFAULT, queue -> queue.count().total());
    var out = spec.commandLine().getOut();
    if (site.json()) out.println(LetterJson.line(new Count(name, items)));
    else out.println(items);
    return ExitStatus.OK;
  }

  private record Count(String queue, long items) {}
}
