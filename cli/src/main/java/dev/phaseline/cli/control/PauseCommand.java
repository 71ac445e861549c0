package dev.phaseline.cli.control;

import dev.phaseline.ops.control.Control;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "pause",
    header = "Pauses a phase, a pipeline or a server.",
    description = {
      "",
      "Within a second, no more items are started or fetched; running ones are finished and"
          + " committed. This survives restarts, until `phaseline resume`. Partitions stay"
          + " where they are:"
          + " when only one server is paused, its share waits; `drain` gives it to the others."
    },
    footer = {
      "  phaseline pause cities.store --reason 'the database is being moved'",
      "  phaseline pause --server worker-2"
    })
public final class PauseCommand implements Callable<Integer> {
  @Mixin private HoldOptions holding = new HoldOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    return holding.run(spec, Control::pause, "is paused");
  }
}
