package dev.phaseline.worker.control;

import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.schemas.control.ControlSettings;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.schemas.control.RunState;
import dev.phaseline.schemas.control.UnreadableControlException;
import dev.phaseline.schemas.control.UnreadableSetting;
import dev.phaseline.worker.Placement;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Operators' settings for each phase of this worker. The control thread writes it, lanes read it:
/// one volatile read a turn.
public final class OrderBook {
  private final String server;
  private final List<Placement> placements;
  private volatile Map<String, StandingOrders> byPhase = Map.of();
  private volatile Runnable changed = () -> {};

  public OrderBook(String server, List<Placement> placements) {
    this.server = server;
    this.placements = List.copyOf(placements);
    follow(new ControlSettings(), Instant.EPOCH);
  }

  /// Settings of a phase; the same object until they change.
  public StandingOrders of(Placement placement) {
    return byPhase.getOrDefault(id(placement), StandingOrders.NONE);
  }

  /// Runs this, which must not wait, whenever something else holds than before.
  public void onChange(Runnable listener) {
    changed = listener;
  }

  /// Takes the settings over as they are now.
  void follow(ControlSettings settings, Instant now) {
    var all = new HashMap<String, StandingOrders>();
    for (var placement : placements) {
      var orders = orders(placement, settings, now);
      var before = of(placement);
      all.put(id(placement), orders.equals(before) ? before : orders);
    }
    var same = all.equals(byPhase);
    byPhase = Map.copyOf(all);
    if (!same) changed.run();
  }

  private StandingOrders orders(Placement placement, ControlSettings settings, Instant now) {
    var pipeline = placement.pipeline().name();
    var deciding = settings.deciding(pipeline, placement.phase(), server);
    if (placement.standby() && isLeftAlone(placement, settings)) {
      var cancelled = settings.cancelled(pipeline, now).keySet();
      return new StandingOrders(RunState.DRAINED, standby(placement), 0, cancelled);
    }
    return new StandingOrders(
        deciding.run(),
        deciding.run() == RunState.RUNNING ? "" : because(deciding),
        settings.concurrency(pipeline, placement.phase(), server).orElse(0),
        settings.cancelled(pipeline, now).keySet());
  }

  /// A number for all servers places nothing: it is for those that run the phase.
  private boolean isLeftAlone(Placement placement, ControlSettings settings) {
    var phase = new ControlScope.OfPhase(placement.pipeline().name(), placement.phase());
    return settings.of(new ControlScope.OfPhaseAt(server, phase)).concurrency().isEmpty();
  }

  private String standby(Placement placement) {
    return "%s: phaseline concurrency %s N --server %s starts it"
        .formatted(Heartbeat.STANDBY, id(placement), server);
  }

  /// Whether a setting that can't be read is about something that this worker runs.
  boolean concerns(UnreadableSetting unreadable) {
    try {
      return switch (ControlScope.read(unreadable.key())) {
        case ControlScope.OfServer(var name) -> name.equals(server);
        case ControlScope.OfPhaseAt(var name, var of) ->
            name.equals(server) && runs(of.pipeline(), of.phase());
        case ControlScope.OfPipeline(var pipeline) -> runs(pipeline, null);
        case ControlScope.OfPhase(var pipeline, var phase) -> runs(pipeline, phase);
        case ControlScope.OfJob(var pipeline, var _) -> runs(pipeline, null);
      };
    } catch (UnreadableControlException foreign) {
      return false;
    }
  }

  private boolean runs(String pipeline, @Nullable String phase) {
    return placements.stream()
        .anyMatch(
            one ->
                one.pipeline().name().equals(pipeline)
                    && (phase == null || one.phase().equals(phase)));
  }

  private static String because(ControlSetting setting) {
    var author = setting.author();
    return setting.run().text()
        + " by "
        + author.by()
        + (author.reason().isEmpty() ? "" : ": " + author.reason());
  }

  private static String id(Placement placement) {
    return placement.pipeline().name() + '.' + placement.phase();
  }
}
