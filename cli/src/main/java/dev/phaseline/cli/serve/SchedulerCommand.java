package dev.phaseline.cli.serve;

import dev.phaseline.cli.config.ClusterOptions;
import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.config.ListenOptions;
import dev.phaseline.cli.config.LogOptions;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Interrupt;
import dev.phaseline.scheduler.TimerService;
import dev.phaseline.server.ServerConfig;
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
    name = "scheduler",
    header = "Fires timers and runs schedules until it is stopped.",
    description = {
      "",
      "Reads timers from the topic NAMESPACE.timers, and writes each to its target when it is"
          + " due: once, and never early. Submits the jobs of NAMESPACE.schedules, once for each"
          + " instant. Run it on two servers or more; they"
          + " share the work, and take over from each other. Give each another name, and the"
          + " same name and folder after a restart. SIGTERM or Ctrl-C hands its timers over.",
      "",
      "A worker can run one in its own process: phaseline worker --scheduler."
    },
    exitCodeList = {
      "0:stopped in order by Ctrl-C or SIGTERM",
      "1:it could not start or go on; the line has the reason",
      "2:an option or the server file is wrong",
      "130, 143:stopped by Ctrl-C or SIGTERM, but not in order within its time"
    },
    footer = {
      "  phaseline topics create --bootstrap-servers kafka:9092",
      "  phaseline scheduler --bootstrap-servers kafka:9092",
      "  phaseline scheduler --config server.yaml --state-dir /var/lib/phaseline",
      "",
      "Environment (wins over the file):",
      "  PHASELINE_CONFIG             the server file",
      "  PHASELINE_BOOTSTRAP_SERVERS  kafka: bootstrap.servers",
      "  PHASELINE_NAMESPACE          namespace",
      "  PHASELINE_SERVER             server",
      "  PHASELINE_LISTEN             listen: address for metrics and health",
      "  PHASELINE_ALIVE_FILE         touched while all is well, for health checks"
    })
public final class SchedulerCommand implements Callable<Integer> {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /// Longer than the scheduler's own bound.
  private static final Duration PATIENCE = Duration.ofSeconds(45);

  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private SchedulerOptions scheduling = new SchedulerOptions();
  @Mixin private ListenOptions listening = new ListenOptions();
  @Mixin private LogOptions logging = new LogOptions();
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--start-wait",
      paramLabel = "SECONDS",
      description = "How long to wait for the brokers at start (default: 30).")
  private long startWaitSeconds = 30;

  @Option(
      names = "--alive-file",
      paramLabel = "FILE",
      description = "Touch this file every second while all is well.")
  private @Nullable Path aliveFile;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    var err = spec.commandLine().getErr();
    var say = logging.toConsole(common.verbose(), err);
    var config = listening.over(cluster.config(spec));
    config.bootstrapServers();
    var alive = AliveFile.of(aliveFile, System.getenv());
    try (var interrupt = Interrupt.ofService(PATIENCE, () -> say.accept("gave up waiting"));
        var endpoint = ProbeListener.open(config, List.of(), true, say);
        var scheduler = scheduling.start(config, Duration.ofSeconds(startWaitSeconds), endpoint)) {
      var said = false;
      while (!interrupt.await(LOOK_EVERY)) {
        SchedulerOptions.look(scheduler);
        alive.touch();
        if (said || scheduler.state() != TimerService.State.RUNNING) continue;
        said = true;
        spec.commandLine().getOut().println(ready(config));
        var lost = scheduler.metrics().lost();
        if (lost > 0) err.println(lost(config, lost));
      }
      say.accept("stopping: timers are handed over ...");
      stop(scheduler);
      return ExitStatus.OK;
    }
  }

  /// A line without the number of pending timers: partitions may still go from one thread or
  /// scheduler to another, and neither counts those on their way.
  private static String ready(ServerConfig config) {
    return "scheduler %s is ready: namespace %s"
        .formatted(config.server(), config.names().namespace());
  }

  private static String lost(ServerConfig config, long count) {
    return "phaseline: up to %,d timers were lost: topic %s deleted them before a scheduler read them"
        .formatted(count, config.names().timers());
  }

  private static void stop(TimerService scheduler) {
    scheduler.close();
  }
}
