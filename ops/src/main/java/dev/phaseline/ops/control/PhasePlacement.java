package dev.phaseline.ops.control;

import dev.phaseline.ops.control.WorkerView.Liveness;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.schemas.control.Heartbeat.PhaseBeat;
import dev.phaseline.schemas.control.RunState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Placement of one phase: the servers that have it, by their latest heartbeats, with the settings
/// that operators have made for it. Immutable.
///
/// @param pipeline the pipeline's name
/// @param phase the phase's name
/// @param run the setting for all servers: the stricter one of pipeline and phase
/// @param own the setting of the phase itself for all servers
/// @param places the servers that have the phase, by name
public record PhasePlacement(
    String pipeline, String phase, RunState run, ControlSetting own, List<Place> places) {

  private static final String OR_ANOTHER = " or start another worker that has it.";

  public PhasePlacement {
    places = List.copyOf(places);
  }

  /// A server that has the phase.
  ///
  /// @param server the server's name
  /// @param liveness whether its heartbeat is still true
  /// @param beat its latest report about the phase
  /// @param own the setting of the phase on this server alone
  public record Place(String server, Liveness liveness, PhaseBeat beat, ControlSetting own) {
    /// Whether the server is there.
    public boolean isLive() {
      return liveness == Liveness.LIVE;
    }

    /// Whether the server's file keeps the phase on standby, and no number was set for it there.
    public boolean isStandby() {
      return beat.condition().startsWith(Heartbeat.STANDBY);
    }

    /// The state of the phase there, in one word.
    public String state() {
      if (!isLive()) return liveness.name().toLowerCase(Locale.ROOT);
      return isStandby() ? "standby" : beat.run().text();
    }

    /// Whether handlers of the phase start there. Of a server in an unknown state that is assumed.
    boolean mayWork() {
      return liveness == Liveness.UNKNOWN || (isLive() && beat.run() == RunState.RUNNING);
    }
  }

  /// A phase that no server runs, while items wait for it.
  ///
  /// @param title the trouble, in one line
  /// @param remedy the next step
  public record Unserved(String title, String remedy) {}

  /// Placements of all phases.
  ///
  /// @param phases the phases of each pipeline
  /// @param settings those that are not at their default
  public static List<PhasePlacement> all(
      Map<String, List<String>> phases,
      List<WorkerView> workers,
      Map<ControlScope, ControlSetting> settings) {
    var all = new ArrayList<PhasePlacement>();
    phases.forEach(
        (pipeline, names) -> {
          for (var phase : names) all.add(of(pipeline, phase, workers, settings));
        });
    return all;
  }

  private static PhasePlacement of(
      String pipeline,
      String phase,
      List<WorkerView> workers,
      Map<ControlScope, ControlSetting> settings) {
    var scope = new ControlScope.OfPhase(pipeline, phase);
    var places = new ArrayList<Place>();
    for (var worker : workers) {
      for (var beat : worker.heartbeat().phases()) {
        if (!beat.pipeline().equals(pipeline) || !beat.phase().equals(phase)) continue;
        var server = worker.heartbeat().server();
        var own = setting(new ControlScope.OfPhaseAt(server, scope), settings);
        places.add(new Place(server, worker.liveness(), beat, own));
      }
    }
    return new PhasePlacement(
        pipeline, phase, run(scope, settings), setting(scope, settings), places);
  }

  /// Setting of a phase for all servers: whether it works, as its pipeline's setting and its own
  /// say together.
  public static RunState run(
      ControlScope.OfPhase scope, Map<ControlScope, ControlSetting> settings) {
    var all = setting(new ControlScope.OfPipeline(scope.pipeline()), settings).run();
    var own = setting(scope, settings).run();
    return all.compareTo(own) >= 0 ? all : own;
  }

  private static ControlSetting setting(
      ControlScope scope, Map<ControlScope, ControlSetting> settings) {
    return settings.getOrDefault(scope, ControlSetting.NONE);
  }

  /// Name of the phase with its pipeline, such as `cities.store`.
  public String id() {
    return pipeline + '.' + phase;
  }

  /// Whether no server runs the phase, though no operator has paused or drained it everywhere.
  public boolean isUnserved() {
    return run == RunState.RUNNING && places.stream().noneMatch(Place::mayWork);
  }

  /// Trouble of a phase that no server runs; empty when one does, or nothing waits.
  ///
  /// @param waiting the number of items that wait
  /// @param bound how exact that number is, as words before it: empty, or `at most `
  public Optional<Unserved> unserved(long waiting, String bound) {
    if (waiting <= 0 || !isUnserved()) return Optional.empty();
    var held = places.stream().filter(Place::isLive).toList();
    var title =
        String.format(
            Locale.ROOT,
            "No worker runs %s, where %s%,d %s",
            id(),
            bound,
            waiting,
            waiting == 1 ? "item waits" : "items wait");
    return Optional.of(
        held.isEmpty()
            ? new Unserved(title, "Start a worker that has the phase: phaseline worker." + last())
            : new Unserved(title + ": " + where(held), remedy(held.getFirst())));
  }

  /// The servers that had it.
  private String last() {
    if (places.isEmpty()) return "";
    return " It was on "
        + String.join(
            ", ", places.stream().map(one -> one.server() + " (" + one.state() + ')').toList())
        + '.';
  }

  private static String where(List<Place> held) {
    return "it is "
        + String.join(
            ", ",
            held.stream()
                .map(one -> (one.isStandby() ? "on standby" : one.state()) + " on " + one.server())
                .toList());
  }

  private String remedy(Place first) {
    if (first.isStandby()) {
      return "Set its number of handlers, as by phaseline concurrency %s 8 --server %s,"
              .formatted(id(), first.server())
          + OR_ANOTHER;
    }
    var phaseAlone = first.own().run() == RunState.RUNNING ? "" : id() + ' ';
    return "Resume it, as by phaseline resume "
        + phaseAlone
        + "--server "
        + first.server()
        + ','
        + OR_ANOTHER;
  }
}
