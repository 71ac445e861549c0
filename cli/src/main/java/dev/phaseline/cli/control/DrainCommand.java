package dev.phaseline.cli.control;

import dev.phaseline.ops.control.Control;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "drain",
    header = "Empties a phase, a pipeline or a server.",
    description = {
      "",
      "As `pause`, and once running items are finished and committed, the consumers leave their"
          + " groups: the other servers take over. The process stays up, idle, and joins again"
          + " with `phaseline resume`; meanwhile it can be stopped without effect on the work."
    },
    footer = {
      "  phaseline drain cities.store --reason 'the database is being moved'",
      "  phaseline drain --server worker-2"
    })
public final class DrainCommand implements Callable<Integer> {
  @Mixin private HoldOptions holding = new HoldOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    return holding.run(spec, Control::drain, "is drained");
  }
}
