package dev.phaseline.cli.control;

import dev.phaseline.ops.control.Control;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "resume",
    header = "Lets a phase, a pipeline or a server work again.",
    description = {
      "",
      "Takes back `pause` or `drain` of the same scope. A phase works when neither it nor its"
          + " pipeline nor the server is paused or drained."
    },
    footer = {
      "  phaseline resume cities.store --reason 'the database has moved'",
      "  phaseline resume --server worker-2"
    })
public final class ResumeCommand implements Callable<Integer> {
  @Mixin private HoldOptions holding = new HoldOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    return holding.run(spec, Control::resume, "runs");
  }
}
