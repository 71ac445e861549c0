package dev.phaseline.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "pause",
    header = "Holds a phase, a pipeline or a server.",
    description = {
      "",
      "Within a second, nothing more is started or fetched; what runs is finished and committed."
          + " It stays so over restarts, until `phaseline resume`. Partitions stay where they are:"
          + " when only one server is paused, its share waits; `drain` gives it to the others."
    },
    parameterListHeading = "%nArguments:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  phaseline pause cities.store --reason 'the database is being moved'",
      "  phaseline pause --server worker-2"
    })
final class PauseCommand implements Callable<Integer> {
  @Mixin private ControlOptions options = new ControlOptions();

  @Option(names = "--server", paramLabel = "NAME", description = "All phases of this server.")
  private @Nullable String server;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it stays in the audit.")
  private String reason = "";

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PIPELINE[.PHASE]",
      description = "A pipeline or one of its phases, on all servers.")
  private @Nullable String target;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    var scope = ControlOptions.scope(target, server);
    var change =
        options.with(
            options.site(), control -> control.pause(scope, ControlOptions.author(reason)));
    options.print(spec, change, "is paused");
    return ExitStatus.OK;
  }
}
