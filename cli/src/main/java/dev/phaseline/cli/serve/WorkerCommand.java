package dev.phaseline.cli.serve;

import dev.phaseline.cli.config.ClusterOptions;
import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.config.ListenOptions;
import dev.phaseline.cli.config.LogOptions;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Interrupt;
import dev.phaseline.cli.types.WorkerCheck;
import dev.phaseline.scheduler.TimerService;
import dev.phaseline.server.Pipelines;
import dev.phaseline.server.ServerConfig;
import dev.phaseline.server.ServerConfig.Scheduler;
import dev.phaseline.worker.MicrometerMeters;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.Worker;
import dev.phaseline.worker.WorkerConfig;
import dev.phaseline.worker.WorkerException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "worker",
    header = "Runs phases of pipelines on this server until it is stopped.",
    description = {
      "",
      "Claims partitions of the phases' topics, runs their handlers, and publishes each result in"
          + " the transaction that moves its offset. Run it on as many servers as you like; give"
          + " each another name, and the same name after a restart. SIGTERM or Ctrl-C lets handlers"
          + " finish and hands the partitions over.",
      "",
      "A server file configures it:",
      "",
      "  server: worker-1                 # default: the host's name",
      "  kafka:                           # any property of Kafka's clients",
      "    bootstrap.servers: kafka:9092",
      "  settings:                        # handed to the pipelines",
      "    schema.registry.url: http://registry:8081",
      "    cities.db: /var/lib/phaseline/cities.db",
      "  plugins: plugins                 # jars with pipelines: phaseline types --help",
      "  listen: 127.0.0.1:9464           # metrics, health over HTTP; default: off",
      "  scheduler: true                  # run a scheduler here too, as --scheduler",
      "  timers: true                     # a scheduler elsewhere keeps long waits",
      "  phases:                          # default: all of all pipelines",
      "    cities.fetch:",
      "    cities.normalize: {concurrency: auto}   # found; {auto: 200}: 200 at most",
      "    cities.store: {concurrency: 32, timeout: 30s, lanes: 2}",
      "    \"orders.*\": {weight: 3}         # patterns; \"!orders.ship\" takes out",
      "  capacity: 64                     # handlers at once here, divided by weight",
      "  memory: 512MiB                   # payloads in flight here, divided likewise"
    },
    exitCodeList = {
      "0:stopped in order by Ctrl-C or SIGTERM; with --check: it could start, as far as that can"
          + " be seen here",
      "1:it could not start or go on; the line has the reason",
      "2:an option or the server file is wrong",
      "130, 143:stopped by Ctrl-C or SIGTERM, but not in order within its time"
    },
    footer = {
      "  phaseline worker --config server.yaml",
      "  phaseline worker --config server.yaml --check",
      "  PHASELINE_BOOTSTRAP_SERVERS=kafka:9092 phaseline worker",
      "",
      "Environment (wins over the file):",
      "  PHASELINE_CONFIG             the server file",
      "  PHASELINE_BOOTSTRAP_SERVERS  kafka: bootstrap.servers",
      "  PHASELINE_REGISTRY_URL       settings: schema.registry.url",
      "  PHASELINE_NAMESPACE          namespace",
      "  PHASELINE_SERVER             server",
      "  PHASELINE_LISTEN             listen",
      "  PHASELINE_ALIVE_FILE         touched while all is well, for health checks"
    })
public final class WorkerCommand implements Callable<Integer> {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration START_WAIT = Duration.ofSeconds(30);

  /// Longer than the worker's own bounds for handlers and clients together.
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private SchedulerOptions scheduling = new SchedulerOptions();
  @Mixin private ListenOptions listening = new ListenOptions();
  @Mixin private LogOptions logging = new LogOptions();
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--scheduler",
      description =
          "Also run a scheduler in this process, as scheduler: true in the server file does; see"
              + " phaseline scheduler --help.")
  private boolean withScheduler;

  @Option(
      names = "--start-wait",
      paramLabel = "SECONDS",
      description = "How long to wait for the brokers at start (default: 30).")
  private long startWaitSeconds = START_WAIT.toSeconds();

  @Option(
      names = "--alive-file",
      paramLabel = "FILE",
      description = "Touch this file every second while all is well.")
  private @Nullable Path aliveFile;

  @Option(
      names = "--check",
      description = {
        "Say what this server would run, with permits, and end. Needs no broker; what can't be used"
            + " ends it as it would end a start."
      })
  private boolean check;

  @Option(names = "--json", description = "With --check: one JSON object.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    var err = spec.commandLine().getErr();
    var say = logging.toConsole(common.verbose(), err);
    if (check) return check(listening.over(cluster.local()));
    if (json) throw CommandFailure.usage("--json is for --check: add it, or leave --json out");
    var config = listening.over(cluster.config(spec));
    config.bootstrapServers();
    var pipelines = Pipelines.of(config);
    pipelines.useClassLoader();
    var placements = pipelines.placements(config);
    var conditions = new Conditions(say);
    var alive = AliveFile.of(aliveFile, System.getenv());
    try (var interrupt = Interrupt.ofService(PATIENCE, () -> say.accept("gave up waiting"));
        var endpoint = ProbeListener.open(config, placements, withScheduler, say);
        var scheduler = scheduler(config, endpoint);
        var worker = start(config, placements, endpoint);
        var timers = TimersWatch.start(config, hasTimers(config))) {
      endpoint.runs(timers);
      while (!interrupt.await(LOOK_EVERY)) {
        conditions.look(worker);
        if (scheduler != null) SchedulerOptions.look(scheduler);
        alive.touch();
      }
      say.accept("stopping: handlers finish what they have begun ...");
      stop(worker);
      return ExitStatus.OK;
    }
  }

  private int check(ServerConfig config) {
    var placements = Pipelines.named(config).placements(config);
    WorkerCheck.print(config, placements, json, spec.commandLine().getOut());
    return ExitStatus.OK;
  }

  private boolean hasTimers(ServerConfig config) {
    return withScheduler || config.scheduler() != Scheduler.NONE;
  }

  private @Nullable TimerService scheduler(ServerConfig config, ProbeListener endpoint) {
    if (!withScheduler && config.scheduler() != Scheduler.HERE) return null;
    return scheduling.start(config, Duration.ofSeconds(startWaitSeconds), endpoint);
  }

  private Worker start(ServerConfig config, List<Placement> placements, ProbeListener endpoint) {
    var usual = WorkerConfig.Timing.DEFAULT;
    try {
      var told =
          WorkerConfig.of(config.server(), config.kafka())
              .withTopics(config.names())
              .withTimers(hasTimers(config))
              .withTiming(
                  new WorkerConfig.Timing(
                      Duration.ofSeconds(startWaitSeconds), usual.stop(), usual.revoke()));
      var meters = endpoint.registry().map(MicrometerMeters::of);
      var started = Worker.start(meters.map(told::withMeters).orElse(told), placements);
      endpoint.runs(started);
      return started;
    } catch (WorkerException failed) {
      throw CommandFailure.of("the worker can't start: " + failed.getMessage(), failed);
    } catch (IllegalArgumentException invalid) {
      throw CommandFailure.usage("the worker can't start: " + invalid.getMessage());
    }
  }

  private static void stop(Worker worker) {
    worker.close();
  }
}
