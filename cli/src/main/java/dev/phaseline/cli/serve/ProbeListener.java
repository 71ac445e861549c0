package dev.phaseline.cli.serve;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.FailureLine;
import dev.phaseline.cli.text.Versions;
import dev.phaseline.http.ListenAddress;
import dev.phaseline.ops.probe.Probe;
import dev.phaseline.ops.probe.ProbeServer;
import dev.phaseline.ops.probe.ProbeServerException;
import dev.phaseline.ops.probe.ProcessMeters;
import dev.phaseline.scheduler.TimerService;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.server.ServerConfig;
import dev.phaseline.worker.PhaseStatus;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.Worker;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Metrics, health and readiness of a server process over HTTP, if somebody wants them. It listens
/// before anything else starts, so that a taken port is found before there is work under way, and
/// readiness tells what the start waits for. Thread-safe.
public final class ProbeListener implements AutoCloseable {
  private final @Nullable ProcessMeters meters;
  private @Nullable ProbeServer server;
  private volatile @Nullable Worker worker;
  private volatile @Nullable TimerService scheduler;
  private volatile @Nullable TimersWatch timers;

  private ProbeListener(@Nullable ProcessMeters meters) {
    this.meters = meters;
  }

  /// Listens where the configuration says, if it does.
  ///
  /// @param placements what the worker will run; empty when there will be none
  /// @param withScheduler whether a scheduler will run
  /// @param console gets one line that says where
  /// @throws CommandFailure when the address can't be had
  static ProbeListener open(
      ServerConfig config,
      List<Placement> placements,
      boolean withScheduler,
      Consumer<String> console) {
    return open(config, endpoint -> endpoint.probes(placements, withScheduler), console);
  }

  /// Listens where the configuration says, if it does, with checks of another process.
  ///
  /// @param probes its checks, which answer before it has started, too
  /// @param console gets one line that says where
  /// @throws CommandFailure when the address can't be had
  public static ProbeListener open(
      ServerConfig config, List<Probe> probes, Consumer<String> console) {
    return open(config, _ -> probes, console);
  }

  private static ProbeListener open(
      ServerConfig config, Function<ProbeListener, List<Probe>> probes, Consumer<String> console) {
    var at = config.listen();
    if (at.isEmpty()) return new ProbeListener(null);
    var meters = new ProcessMeters(Versions.phaseline());
    var endpoint = new ProbeListener(meters);
    try {
      endpoint.listen(at.get(), meters, probes.apply(endpoint));
    } catch (ProbeServerException refused) {
      meters.close();
      throw CommandFailure.of("--listen: " + refused.getMessage(), refused);
    }
    console.accept("metrics and health at http://" + endpoint.address());
    return endpoint;
  }

  private void listen(ListenAddress at, ProcessMeters of, List<Probe> probes) {
    server = ProbeServer.start(at, of, probes);
  }

  /// The address on which it listens.
  ListenAddress address() {
    if (server == null) throw new IllegalStateException("not listening");
    return server.address();
  }

  /// The registry of this process's meters; empty when no endpoint shows them.
  public Optional<MeterRegistry> registry() {
    return meters == null ? Optional.empty() : Optional.of(meters.registry());
  }

  /// From now on this worker is asked.
  void runs(Worker started) {
    worker = started;
  }

  /// From now on this watch over timers is asked.
  void runs(TimersWatch watch) {
    timers = watch;
  }

  /// From now on this scheduler is asked.
  void runs(TimerService started) {
    scheduler = started;
  }

  private List<Probe> probes(List<Placement> placements, boolean withScheduler) {
    var probes = new ArrayList<Probe>();
    if (!placements.isEmpty()) {
      probes.add(Probe.hint("timers", this::unfiredTimers));
      probes.add(Probe.alive("worker", this::workerFailure));
      probes.add(
          Probe.ready("worker", () -> worker == null ? Optional.of("is starting") : nothing()));
    }
    for (var placement : placements) {
      var name = placement.pipeline().name() + "." + placement.phase();
      probes.add(Probe.ready("phase " + name, () -> condition(name, false)));
      probes.add(Probe.hint("phase " + name, () -> condition(name, true)));
    }
    if (withScheduler) {
      probes.add(Probe.alive("scheduler", this::schedulerFailure));
      probes.add(Probe.ready("scheduler", this::schedulerWaits));
    }
    return probes;
  }

  private static Optional<String> nothing() {
    return Optional.empty();
  }

  private Optional<String> workerFailure() {
    var running = worker;
    if (running == null) return nothing();
    return running.failure().map(thrown -> "can't go on: " + FailureLine.of(thrown));
  }

  /// A condition that holds the phase up, or one that is a hint.
  private Optional<String> condition(String phase, boolean hints) {
    var running = worker;
    if (running == null) return nothing();
    return running.status().stream()
        .filter(status -> (status.pipeline() + "." + status.phase()).equals(phase))
        .map(PhaseStatus::condition)
        .filter(condition -> !condition.isEmpty())
        .filter(condition -> condition.startsWith(Heartbeat.KEY_ORDER) == hints)
        .findFirst();
  }

  private Optional<String> unfiredTimers() {
    var watch = timers;
    return watch == null ? nothing() : watch.hint();
  }

  private Optional<String> schedulerFailure() {
    var running = scheduler;
    if (running == null || running.state() != TimerService.State.FAILED) return nothing();
    return Optional.of(
        "can't go on" + running.failure().map(thrown -> ": " + thrown.getMessage()).orElse(""));
  }

  private Optional<String> schedulerWaits() {
    var running = scheduler;
    if (running == null) return Optional.of("is starting");
    return switch (running.state()) {
      case STARTING ->
          Optional.of("partitions are shared out or timers read; none fires meanwhile");
      case CLOSED -> Optional.of("is stopping");
      case RUNNING, FAILED -> nothing();
    };
  }

  @Override
  public void close() {
    if (server != null) server.close();
    if (meters != null) meters.close();
  }
}
