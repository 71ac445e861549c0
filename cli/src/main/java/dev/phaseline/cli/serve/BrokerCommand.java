package dev.phaseline.cli.serve;

import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.config.DataOptions;
import dev.phaseline.cli.config.Logs;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.FailureLine;
import dev.phaseline.cli.text.Interrupt;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "broker",
    hidden = true,
    header = "Runs a broker and a schema registry for development until it is stopped.",
    description = {
      "",
      "One node, on loopback, data in a folder: for trying things, not for production. Prints where"
          + " both listen, then serves until Ctrl-C."
    },
    footer = "  phaseline broker --port 9092 --registry-port 8081")
public final class BrokerCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Mixin private DataOptions data = new DataOptions();
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(names = "--port", paramLabel = "PORT", description = "The broker's port (0: any).")
  private int port = 9092;

  @Option(names = "--registry-port", paramLabel = "PORT", description = "The registry's (0: any).")
  private int registryPort = 8081;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    var out = spec.commandLine().getOut();
    var err = spec.commandLine().getErr();
    for (var given : new int[] {port, registryPort}) {
      if (given < 0 || given > 65_535) throw CommandFailure.usage("not a port: " + given);
    }
    var folder = data.folder();
    try (var interrupt =
        Interrupt.ofService(PATIENCE, () -> err.println("phaseline: gave up waiting"))) {
      Logs.toFile(folder, common.verbose(), err::println);
      try (var backbone = Backbone.start(folder.resolve("broker"), port, registryPort)) {
        out.println("broker    " + backbone.bootstrapServers());
        out.println("registry  " + backbone.registryUrl());
        while (!interrupt.await(Duration.ofSeconds(1))) {
          backbone
              .failure()
              .ifPresent(
                  thrown -> {
                    throw CommandFailure.of(
                        "the broker has stopped: " + FailureLine.of(thrown), thrown);
                  });
        }
      }
      return ExitStatus.OK;
    }
  }
}
