package dev.phaseline.ops.console;

import dev.phaseline.ops.control.PhasePlacement;
import java.util.List;

/// Route for the placement of phases on servers. It is changed by the routes of commands.
/// Thread-safe.
final class PlacementRoutes {
  private final Commands commands;
  private final PipelineShapes shapes;
  private final OverviewPublisher pulse;

  PlacementRoutes(Commands commands, PipelineShapes shapes, OverviewPublisher pulse) {
    this.commands = commands;
    this.shapes = shapes;
    this.pulse = pulse;
  }

  List<Route> routes() {
    return List.of(Route.get("/api/v1/placement", Role.VIEWER, _ -> placement()));
  }

  private Reply placement() {
    var workers = commands.workers();
    var settings = commands.settings();
    var phases = PhasePlacement.all(shapes.all(), workers, settings);
    return Reply.json(PlacementJson.of(phases, workers, settings, pulse.waiting(), ""));
  }
}
