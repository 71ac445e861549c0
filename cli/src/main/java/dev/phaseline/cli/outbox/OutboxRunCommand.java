package dev.phaseline.cli.outbox;

import dev.phaseline.cli.config.ClusterOptions;
import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.config.ListenOptions;
import dev.phaseline.cli.config.LogOptions;
import dev.phaseline.cli.serve.ProbeListener;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Interrupt;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.ops.probe.Probe;
import dev.phaseline.outbox.OutboxMeters;
import dev.phaseline.outbox.OutboxRelay;
import dev.phaseline.outbox.RelayConfig;
import dev.phaseline.outbox.RelayStatus;
import dev.phaseline.outbox.RelayStatus.State;
import dev.phaseline.outbox.RelayTuning;
import dev.phaseline.server.ServerConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "run",
    header = "Runs the relay of an outbox until it is stopped.",
    description = {
      "",
      "Publishes each job of the database's outbox once, those of one key in the order of their"
          + " commits. Run it on two servers: one publishes, the other takes its place within"
          + " seconds. A database or brokers that are away are waited for; a topic that is missing"
          + " holds up its own jobs alone."
    },
    exitCodeList = {
      "0:stopped in order by Ctrl-C or SIGTERM",
      "1:it can't go on; the line has the reason and the remedy",
      "2:an option or the server file is wrong",
      "130, 143:stopped by Ctrl-C or SIGTERM, but not in order within its time"
    },
    footer = {
      "  phaseline outbox run orders --jdbc-url jdbc:postgresql://db/orders",
      "  phaseline outbox run orders -c server.yaml --listen 9466",
      "",
      "Environment:",
      "  PHASELINE_JDBC_URL       in place of --jdbc-url",
      "  PHASELINE_JDBC_USER      in place of --jdbc-user",
      "  PHASELINE_JDBC_PASSWORD  in place of --jdbc-password-file"
    })
final class OutboxRunCommand implements Callable<Integer> {
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  /// Longer than the relay's own bound.
  private static final Duration PATIENCE = Duration.ofSeconds(45);

  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private ListenOptions listening = new ListenOptions();
  @Mixin private LogOptions logging = new LogOptions();
  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(index = "0", paramLabel = "NAME", description = "The outbox's name.")
  private String name = "";

  @Option(
      names = "--relay",
      paramLabel = "NAME",
      description =
          "This relay's name, which no other one has; the same after a restart (default: machine"
              + " and process).")
  private @Nullable String relay;

  @Option(
      names = "--batch-rows",
      paramLabel = "N",
      description = "The most jobs in a transaction of Kafka (default: 2000).")
  private int batchRows = RelayTuning.DEFAULT.batchRows();

  @Option(
      names = "--poll",
      paramLabel = "MS",
      description = "The time between two looks where the database sends no signals (default: 20).")
  private long pollMs = RelayTuning.DEFAULT.poll().toMillis();

  @Option(
      names = "--takeover",
      paramLabel = "SECONDS",
      description = "The silence after which another relay's place is taken (default: 5).")
  private long takeoverSeconds = RelayTuning.DEFAULT.takeover().toSeconds();

  @Option(
      names = "--adopt",
      description =
          "For one start: take a database and a position in Kafka that do not belong together as"
              + " they are. Jobs that are there are published, whether or not they were before.")
  private boolean adopt;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    var say = logging.toConsole(common.verbose(), spec.commandLine().getErr());
    var config = listening.over(cluster.config(spec));
    config.bootstrapServers();
    var source = database.source(System.getenv());
    var running = new AtomicReference<@Nullable OutboxRelay>();
    try (var interrupt = Interrupt.ofService(PATIENCE, () -> say.accept("gave up waiting"));
        var endpoint = ProbeListener.open(config, probes(running), say);
        var started = OutboxRelay.start(source, config.kafka(), relayConfig(config, endpoint))) {
      running.set(started);
      var told = new Changes(say);
      while (!interrupt.await(LOOK_EVERY)) {
        var failure = started.failure();
        if (failure.isPresent()) {
          throw CommandFailure.of("the relay can't go on: " + failure.get());
        }
        told.hear(started.status());
      }
      say.accept("stopping: the batch at hand is finished ...");
      return ExitStatus.OK;
    } catch (IllegalArgumentException invalid) {
      throw CommandFailure.usage("the relay can't start: " + invalid.getMessage());
    }
  }

  private RelayConfig relayConfig(ServerConfig config, ProbeListener endpoint) {
    var tuning =
        RelayTuning.DEFAULT
            .withBatchRows(batchRows)
            .withPolls(Duration.ofMillis(pollMs), RelayTuning.DEFAULT.pollWithSignals())
            .withTakeover(Duration.ofSeconds(takeoverSeconds));
    var told = RelayConfig.of(name).withNames(config.names()).withTuning(tuning);
    if (relay != null) told = told.withRelay(relay);
    if (adopt) told = told.adopting();
    var registry = endpoint.registry();
    return registry.isPresent() ? told.withMeters(OutboxMeters.of(registry.get())) : told;
  }

  private static List<Probe> probes(AtomicReference<@Nullable OutboxRelay> running) {
    return List.of(
        Probe.alive(
            "outbox", () -> Optional.ofNullable(running.get()).flatMap(OutboxRelay::failure)),
        Probe.ready("outbox", () -> waits(running.get())),
        Probe.hint("outbox", () -> held(running.get())));
  }

  private static Optional<String> waits(@Nullable OutboxRelay relay) {
    if (relay == null) return Optional.of("is starting");
    var status = relay.status();
    return switch (status.state()) {
      case STARTING -> Optional.of("is starting");
      case WAITING -> Optional.of(status.condition());
      case CLOSED -> Optional.of("is stopping");
      case STANDBY, PUBLISHING, FAILED -> Optional.empty();
    };
  }

  private static Optional<String> held(@Nullable OutboxRelay relay) {
    if (relay == null) return Optional.empty();
    var status = relay.status();
    return status.state() == State.PUBLISHING && !status.condition().isEmpty()
        ? Optional.of(status.condition())
        : Optional.empty();
  }

  /// Lines about changes of a relay's state. For one thread.
  private static final class Changes {
    private final Consumer<String> say;
    private State state = State.STARTING;
    private String condition = "";

    Changes(Consumer<String> say) {
      this.say = say;
    }

    void hear(RelayStatus status) {
      if (status.state() == state && status.condition().equals(condition)) return;
      state = status.state();
      condition = status.condition();
      var words =
          switch (state) {
            case STARTING -> "starting";
            case STANDBY -> "standing by: another relay publishes";
            case PUBLISHING -> condition.isEmpty() ? "publishing" : "publishing, but " + condition;
            case WAITING -> "waiting: " + condition;
            case FAILED -> "can't go on: " + condition;
            case CLOSED -> "stopped";
          };
      say.accept(Printable.line(words));
    }
  }
}
