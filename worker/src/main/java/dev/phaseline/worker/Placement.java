package dev.phaseline.worker;

import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.Pipeline;
import java.util.List;

/// One phase that a worker runs, and how.
///
/// @param pipeline the pipeline
/// @param phase one of its phases
/// @param options the phase's own, or what this server has instead
/// @param lanes how many lanes (consumers) share the phase's partitions and its concurrency in this
///   process
/// @param standby whether the phase is on standby: it is not run until an operator sets its number
///   of handlers for this server alone
public record Placement(
    Pipeline pipeline, String phase, PhaseOptions options, int lanes, boolean standby) {

  public Placement {
    pipeline.phase(phase); // says which phases there are, if it isn't one
    if (lanes < 1 || lanes > 64) {
      throw new IllegalArgumentException("lanes is not in 1..64: " + lanes);
    }
    if (lanes > options.concurrency()) {
      throw new IllegalArgumentException(
          "more lanes than handlers at once: " + lanes + " > " + options.concurrency());
    }
  }

  /// A phase that runs from the start.
  public Placement(Pipeline pipeline, String phase, PhaseOptions options, int lanes) {
    this(pipeline, phase, options, lanes, false);
  }

  /// The same with other options.
  public Placement withOptions(PhaseOptions other) {
    return new Placement(pipeline, phase, other, lanes, standby);
  }

  /// The same on standby.
  public Placement onStandby() {
    return new Placement(pipeline, phase, options, lanes, true);
  }

  /// Every phase of a pipeline, as its author declared it, one lane each.
  public static List<Placement> all(Pipeline pipeline) {
    return pipeline.phases().stream()
        .map(phase -> new Placement(pipeline, phase.name(), phase.options(), 1))
        .toList();
  }
}
