package dev.phaseline.ops.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.phaseline.ops.control.PhasePlacement;
import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Placement of phases on servers as the API answers it, and as `phaseline placement --json` prints
/// it.
///
/// @param servers the servers that have reported
/// @param phases the phases in the order of their pipelines
public record PlacementJson(List<Server> servers, List<Phase> phases) {

  /// A server.
  ///
  /// @param run the setting for all its phases
  public record Server(String server, String liveness, String run) {
    static Server of(WorkerView view, Map<ControlScope, ControlSetting> settings) {
      var name = view.heartbeat().server();
      var setting = settings.getOrDefault(new ControlScope.OfServer(name), ControlSetting.NONE);
      return new Server(name, word(view.liveness()), setting.run().text());
    }
  }

  /// A phase.
  ///
  /// @param run the setting for all servers: the stricter one of pipeline and phase
  /// @param runSet the setting of the phase itself
  /// @param permitsSet the number of handlers that is set for each server; 0: none is set
  /// @param waiting items that wait, for which offsets are an upper bound; absent while not known
  /// @param trouble why nothing of it is done anywhere; absent when it is, or nothing waits
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Phase(
      String pipeline,
      String phase,
      String run,
      String runSet,
      int permitsSet,
      @Nullable Long waiting,
      @Nullable String trouble,
      List<Place> places) {
    static Phase of(PhasePlacement one, @Nullable Long waiting, String bound) {
      return new Phase(
          one.pipeline(),
          one.phase(),
          one.run().text(),
          one.own().run().text(),
          one.own().permits(),
          waiting,
          waiting == null
              ? null
              : one.unserved(waiting, bound).map(PhasePlacement.Unserved::title).orElse(null),
          one.places().stream().map(Place::of).toList());
    }
  }

  /// A phase on a server that has it.
  ///
  /// @param run whether it works there, all settings considered
  /// @param runSet the setting for the phase on this server alone
  /// @param permitsSet the number of handlers that is set for this server; 0: none is set
  public record Place(
      String server,
      String liveness,
      String run,
      String runSet,
      int permitsSet,
      @JsonUnwrapped WorkerJson.Load load,
      long lag,
      String condition) {
    static Place of(PhasePlacement.Place place) {
      var beat = place.beat();
      return new Place(
          place.server(),
          word(place.liveness()),
          beat.run().text(),
          place.own().run().text(),
          place.own().permits(),
          WorkerJson.Load.of(beat),
          beat.lag(),
          beat.condition());
    }
  }

  /// The placement as it is answered.
  ///
  /// @param waiting items that wait for each phase, by `pipeline.phase`, where that is known
  /// @param bound how exact these numbers are, as words before them: empty, or `at most `
  public static PlacementJson of(
      List<PhasePlacement> phases,
      List<WorkerView> workers,
      Map<ControlScope, ControlSetting> settings,
      Map<String, Long> waiting,
      String bound) {
    return new PlacementJson(
        workers.stream().map(view -> Server.of(view, settings)).toList(),
        phases.stream().map(one -> Phase.of(one, waiting.get(one.id()), bound)).toList());
  }

  private static String word(WorkerView.Liveness liveness) {
    return liveness.name().toLowerCase(Locale.ROOT);
  }
}
