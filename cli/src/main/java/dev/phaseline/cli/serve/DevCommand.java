package dev.phaseline.cli.serve;

import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.config.DataOptions;
import dev.phaseline.cli.config.DevAddresses;
import dev.phaseline.cli.config.Examples;
import dev.phaseline.cli.config.Logs;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.FailureLine;
import dev.phaseline.cli.text.Interrupt;
import dev.phaseline.core.Pipeline;
import dev.phaseline.examples.cities.CitiesProvider;
import dev.phaseline.ops.console.ConsoleConfig;
import dev.phaseline.server.Pipelines;
import dev.phaseline.server.ServerConfig;
import dev.phaseline.server.ServerFile;
import dev.phaseline.topics.ClusterException;
import dev.phaseline.topics.TopicReport;
import dev.phaseline.topics.TopicSettings;
import dev.phaseline.topics.TopicSetup;
import dev.phaseline.worker.Worker;
import dev.phaseline.worker.WorkerConfig;
import dev.phaseline.worker.WorkerException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "dev",
    header = "Starts everything on this machine, until Ctrl-C: broker, registry, worker, console.",
    description = {
      "",
      "One process with a Kafka broker, a schema registry, a scheduler, a worker that runs the"
          + " pipelines of the examples, and the console. Reports each started part on standard"
          + " error, and prints one line with the addresses when all of them answer; until"
          + " it ends, other commands find them automatically, also with --data. All"
          + " data is kept in .phaseline/dev for the next start; it listens on"
          + " loopback only."
    },
    exitCodeList = {
      "0:stopped by Ctrl-C",
      "1:a part could not start or go on; the line has the reason"
    },
    footer = {
      "  phaseline dev",
      "  phaseline dev --sample      and submit the cities of the world",
      "  phaseline dev --plugins target   and run the pipelines of its jars",
      "  phaseline dev --console-port 0 --port 0 --registry-port 0"
    })
public final class DevCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration START_WAIT = Duration.ofSeconds(30);

  @Mixin private DataOptions data = new DataOptions();
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The broker's (default: 9092; 0: any).")
  private int port = 9092;

  @Option(
      names = "--registry-port",
      paramLabel = "PORT",
      description = "The registry's (default: 8081; 0: any).")
  private int registryPort = 8081;

  @Option(
      names = "--console-port",
      paramLabel = "PORT",
      description = "The console's (default: ${DEFAULT-VALUE}; 0: any).")
  private int consolePort = ConsoleConfig.PORT;

  @Option(names = "--partitions", paramLabel = "N", description = "Of new topics (default: 4).")
  private int partitions = 4;

  @Option(
      names = "--plugins",
      paramLabel = "DIR",
      description = "Also run the pipelines of the plug-ins in this folder.")
  private @Nullable Path plugins;

  @Option(names = "--sample", description = "Submit one job for each country of the world.")
  private boolean sample;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    Examples.required(DevCommand.class.getClassLoader());
    var err = spec.commandLine().getErr();
    for (var one : new int[] {port, registryPort, consolePort}) {
      if (one < 0 || one > 65_535) throw CommandFailure.usage("not a port: " + one);
    }
    if (partitions < 1)
      throw CommandFailure.usage("--partitions " + partitions + ": must be at least 1");
    var folder = DataOptions.made(data.folder().resolve("dev"), "--data");
    try (var interrupt =
        Interrupt.ofService(PATIENCE, () -> err.println("phaseline: gave up waiting"))) {
      Logs.toFile(folder, common.verbose(), err::println);
      try (var backbone = Backbone.start(folder.resolve("broker"), port, registryPort)) {
        up("broker " + backbone.bootstrapServers());
        up("registry " + backbone.registryUrl());
        DevAddresses.withdraw(data.folder()); // of a dev that was killed; we hold its broker now
        return run(folder, backbone, interrupt);
      } finally {
        Logs.off();
      }
    }
  }

  private int run(Path folder, Backbone backbone, Interrupt interrupt) throws InterruptedException {
    var config =
        ServerFile.none()
            .withServer("dev")
            .withKafka(ServerConfig.BOOTSTRAP, backbone.bootstrapServers())
            .withSetting(ServerConfig.REGISTRY, backbone.registryUrl().toString())
            .withSetting(CitiesProvider.DATABASE, folder.resolve("cities.db").toString());
    if (plugins != null) config = config.withPlugins(plugins.toAbsolutePath().normalize());
    return run(config, backbone, interrupt, folder);
  }

  private int run(ServerConfig config, Backbone backbone, Interrupt interrupt, Path folder)
      throws InterruptedException {
    var pipelines = Pipelines.of(config);
    pipelines.useClassLoader();
    createTopics(config, pipelines.all());
    up("topics");
    var scheduling = SchedulerOptions.in(folder.resolve("scheduler"));
    var tracking = TrackerOptions.in(folder.resolve("tracker"));
    var err = spec.commandLine().getErr();
    try (var endpoint = ProbeListener.open(config, List.of(), true, err::println);
        var scheduler = up("scheduler", scheduling.start(config, START_WAIT, endpoint));
        var tracker = up("tracker", tracking.start(config, START_WAIT));
        var worker = up("worker", worker(config, pipelines));
        var started =
            ConsoleSite.start(
                config,
                pipelines,
                ConsoleConfig.local(consolePort).withTitle("dev"),
                tracker.status())) {
      if (sample) SampleJobs.submit(config);
      announce(backbone, started.console().url().toString());
      var conditions = new Conditions(line -> spec.commandLine().getErr().println(line));
      while (!interrupt.await(LOOK_EVERY)) {
        conditions.look(worker);
        SchedulerOptions.look(scheduler);
        TrackerOptions.look(tracker);
        look(backbone);
      }
      spec.commandLine().getErr().println("phaseline: stopping ...");
      return ExitStatus.OK;
    } finally {
      DevAddresses.untellUsual(DataOptions.standard());
      DevAddresses.withdraw(data.folder());
    }
  }

  /// A start takes long on a busy machine: what is there is said, so that one sees what is not.
  private <T> T up(String what, T part) {
    up(what);
    return part;
  }

  private void up(String what) {
    spec.commandLine().getErr().println("phaseline: up: " + what);
  }

  private void announce(Backbone backbone, String console) {
    var registry = backbone.registryUrl().toString();
    var addresses = DevAddresses.here(backbone.bootstrapServers(), registry, console);
    addresses.announce(data.folder());
    DevAddresses.tellUsual(DataOptions.standard(), data.folder());
    spec.commandLine()
        .getOut()
        .println(
            "console "
                + addresses.consoleUrl()
                + "  broker "
                + addresses.bootstrapServers()
                + "  registry "
                + addresses.registryUrl());
  }

  private static void look(Backbone backbone) {
    backbone
        .failure()
        .ifPresent(
            thrown -> {
              throw CommandFailure.of("the broker has stopped: " + FailureLine.of(thrown), thrown);
            });
  }

  private void createTopics(ServerConfig config, Collection<Pipeline> pipelines) {
    var settings = TopicSettings.SINGLE.withPartitions(partitions);
    try (var admin = Admin.create(config.kafka())) {
      var setup = new TopicSetup(admin, config.names(), settings).adopting();
      var reports = new ArrayList<TopicReport>();
      for (var pipeline : pipelines) {
        reports.add(setup.ensure(pipeline.name(), pipeline.phaseNames()));
      }
      reports.add(setup.ensureTimers());
      reports.add(setup.ensureControl());
      reports.add(setup.ensureJobs());
      reports.add(setup.ensureConsole());
      reports.add(setup.ensureOutboxes());
      for (var report : reports) {
        if (report.ok()) continue;
        throw CommandFailure.of(
            report.problems().getFirst().message() + "; or begin anew in another --data DIR");
      }
    } catch (ClusterException failed) {
      throw CommandFailure.of(FailureLine.of(failed), failed);
    }
  }

  private static Worker worker(ServerConfig config, Pipelines pipelines) {
    try {
      return Worker.start(
          WorkerConfig.of(config.server(), config.kafka())
              .withTopics(config.names())
              .withTimers(true),
          pipelines.placements(config));
    } catch (WorkerException failed) {
      throw CommandFailure.of("the worker can't start: " + failed.getMessage(), failed);
    }
  }
}
