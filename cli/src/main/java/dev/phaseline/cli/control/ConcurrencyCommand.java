package dev.phaseline.cli.control;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "concurrency",
    header = "Sets how many handlers of a phase run at once.",
    description = {
      "",
      "In each worker, shared by its lanes; each lane has at least one. It holds within a second and"
          + " over restarts, and wins over the pipeline and the server file. What runs is not"
          + " disturbed."
    },
    footer = {
      "  phaseline concurrency cities.store 50",
      "  phaseline concurrency cities.store 8 --server worker-2",
      "  phaseline concurrency cities.store default"
    })
public final class ConcurrencyCommand implements Callable<Integer> {
  @Mixin private ControlOptions options = new ControlOptions();

  @Option(
      names = "--server",
      paramLabel = "NAME",
      description = "On this server alone; it wins over the number for all servers.")
  private @Nullable String server;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it stays in the audit.")
  private String reason = "";

  @Parameters(index = "0", paramLabel = "PIPELINE.PHASE", description = "Which phase.")
  private String phase = "";

  @Parameters(
      index = "1",
      paramLabel = "N",
      description = "A number, or `default` for the value of the pipeline and the server file.")
  private String permits = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    var scope =
        server == null ? ControlOptions.phase(phase) : ControlOptions.phaseAt(phase, server);
    var count = count();
    var author = ControlOptions.author(reason);
    var change =
        options.with(options.site(spec), control -> control.concurrency(scope, count, author));
    options.print(
        spec,
        change,
        count == 0
            ? "runs as many as its pipeline or server file sets"
            : "runs " + count + " at once");
    return ExitStatus.OK;
  }

  private int count() {
    if (permits.equals("default")) return 0;
    try {
      var count = Integer.parseInt(permits);
      if (count == 0)
        throw CommandFailure.usage("0 at once would be a pause: use `phaseline pause`");
      if (count > 0) return count;
    } catch (NumberFormatException notANumber) {
      // said below
    }
    throw CommandFailure.usage(
        "'" + permits + "' is no number of handlers: use 1 or more, or default");
  }
}
