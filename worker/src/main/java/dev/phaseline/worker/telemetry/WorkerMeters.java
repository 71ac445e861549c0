package dev.phaseline.worker.telemetry;

import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.WorkerConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Everything that one worker has in its registry, if it was given one, and the times that its
/// heartbeats tell, in any case. Thread-safe once every lane is made.
public final class WorkerMeters implements AutoCloseable {
  private final WorkerConfig config;
  private final @Nullable MeterRegistry registry;
  private final ClientMeters clients;
  private final Map<Placement, PhaseMeters> phases = new HashMap<>();
  private final Map<Placement, PhaseTimes> times = new HashMap<>();

  public WorkerMeters(WorkerConfig config) {
    this.config = config;
    var meters = config.telemetry().meters();
    this.registry = meters == null ? null : meters.registry();
    this.clients = new ClientMeters(registry);
  }

  /// Makes the meters of these phases.
  ///
  /// @throws IllegalArgumentException when another worker has them in the same registry
  public void register(List<Placement> placements) {
    if (registry == null) return;
    try {
      for (var placement : placements) phases.put(placement, new PhaseMeters(registry, placement));
    } catch (IllegalArgumentException taken) {
      close();
      throw taken;
    }
  }

  public ClientMeters clients() {
    return clients;
  }

  /// One lane's: it may not be shared.
  public LaneObserver observer(Placement placement) {
    var clock = InstantSource.system();
    var lane = new LaneTimes(clock);
    times.computeIfAbsent(placement, _ -> new PhaseTimes(System.nanoTime())).watch(lane);
    var meters = phases.get(placement);
    if (meters == null) return lane;
    var measured = new LaneMeters(meters, lane, placement, config.topics(), clock);
    return new GuardedObserver(measured, placement.phase());
  }

  /// The times for which items waited and handlers took in the last minute. Any thread.
  public Heartbeat.Times times(Placement placement) {
    var known = times.get(placement);
    return known == null ? Heartbeat.Times.NONE : known.lastMinute(System.nanoTime());
  }

  /// Counts the transactions that were ended for those who left them open. Any thread.
  public IntConsumer abandoned(Placement placement) {
    var meters = phases.get(placement);
    if (meters == null) return _ -> {};
    return transactions ->
        ClientMeters.guarded(
            "count abandoned transactions", () -> meters.countAbandoned(transactions));
  }

  /// Adds what the lanes know of themselves.
  public void watch(List<? extends LaneState> lanes) {
    phases.forEach(
        (placement, meters) ->
            meters.watch(
                lanes.stream()
                    .filter(lane -> lane.placement().equals(placement))
                    .<LaneState>map(lane -> lane)
                    .toList()));
  }

  /// Takes everything out of the registry.
  @Override
  public void close() {
    clients.close();
    for (var meters : phases.values()) ClientMeters.guarded("remove meters", meters::remove);
    phases.clear();
  }
}
