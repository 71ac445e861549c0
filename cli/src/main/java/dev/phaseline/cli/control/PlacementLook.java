package dev.phaseline.cli.control;

import dev.phaseline.cli.config.ClusterPipelines;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.cli.text.Widths;
import dev.phaseline.ops.cluster.PhaseLag;
import dev.phaseline.ops.console.PlacementJson;
import dev.phaseline.ops.control.Control;
import dev.phaseline.ops.control.PhasePlacement;
import dev.phaseline.ops.control.PhasePlacement.Unserved;
import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.server.ServerConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/// Placement of the phases of a cluster, by its topics, heartbeats and settings, with what waits.
/// Immutable.
///
/// @param workers the workers that have reported
/// @param settings those that are not at their default
/// @param phases the placement of each phase
/// @param waiting offsets that wait for each phase, by `pipeline.phase`
record PlacementLook(
    List<WorkerView> workers,
    Map<ControlScope, ControlSetting> settings,
    List<PhasePlacement> phases,
    Map<String, Long> waiting) {
  /// Offsets are counted here, which are an upper bound of items.
  private static final String BOUND = "at most ";

  /// Looks at all phases.
  ///
  /// @throws dev.phaseline.topics.ClusterException when the cluster does not answer
  static PlacementLook of(ServerConfig config, List<WorkerView> workers) {
    var settings = settings(config);
    var phases = PhasePlacement.all(ClusterPipelines.of(config).all(), workers, settings);
    return new PlacementLook(workers, settings, phases, waiting(config, phases));
  }

  /// The phases that no worker runs, where something waits. The cluster is asked no more than that
  /// takes: as a rule, for the names of its topics.
  ///
  /// @throws dev.phaseline.topics.ClusterException when the cluster does not answer
  static List<Unserved> unserved(ServerConfig config, List<WorkerView> workers) {
    var pipelines = ClusterPipelines.of(config).all();
    if (unserved(PhasePlacement.all(pipelines, workers, Map.of())).isEmpty()) return List.of();
    var settings = settings(config);
    var left = unserved(PhasePlacement.all(pipelines, workers, settings));
    return new PlacementLook(workers, settings, left, waiting(config, left)).unserved();
  }

  private static List<PhasePlacement> unserved(List<PhasePlacement> phases) {
    return phases.stream().filter(PhasePlacement::isUnserved).toList();
  }

  private static Map<ControlScope, ControlSetting> settings(ServerConfig config) {
    try (var control = Control.open(config.kafka(), config.names())) {
      return control.settings();
    }
  }

  private static Map<String, Long> waiting(ServerConfig config, List<PhasePlacement> phases) {
    var byPipeline = new HashMap<String, List<String>>();
    for (var one : phases) {
      byPipeline.computeIfAbsent(one.pipeline(), _ -> new ArrayList<>()).add(one.phase());
    }
    var waiting = new HashMap<String, Long>();
    if (byPipeline.isEmpty()) return waiting;
    try (var admin = Admin.create(config.kafka())) {
      byPipeline.forEach(
          (pipeline, names) -> {
            for (var lag : PhaseLag.of(admin, config.names(), pipeline, names)) {
              waiting.put(pipeline + '.' + lag.phase(), lag.waiting());
            }
          });
    }
    return waiting;
  }

  /// The phases that no worker runs, where something waits.
  List<Unserved> unserved() {
    var all = new ArrayList<Unserved>();
    for (var one : phases) {
      one.unserved(waiting.getOrDefault(one.id(), 0L), BOUND).ifPresent(all::add);
    }
    return all;
  }

  /// Troubles as lines, none wider than this.
  static List<String> lines(List<Unserved> troubles, int width) {
    var lines = new ArrayList<String>();
    for (var one : troubles) {
      lines.addAll(Widths.wrapped(Printable.line(one.title()), width, "  "));
      lines.addAll(Widths.wrapped(Printable.line("      " + one.remedy()), width, "      "));
    }
    return lines;
  }

  /// As JSON, the same as the console's API answers.
  PlacementJson json() {
    return PlacementJson.of(phases, workers, settings, waiting, BOUND);
  }
}
