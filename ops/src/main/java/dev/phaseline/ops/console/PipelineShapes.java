package dev.phaseline.ops.console;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The pipelines and their phases, in their order. Immutable.
///
/// @param phases of each pipeline
record PipelineShapes(SequencedMap<String, List<String>> phases) {

  PipelineShapes {
    phases = java.util.Collections.unmodifiableSequencedMap(new java.util.LinkedHashMap<>(phases));
  }

  /// The pipeline that a path names.
  ///
  /// @throws Problem when there is none
  String pipeline(Call call) {
    return requirePipeline(call.part("pipeline"));
  }

  String requirePipeline(String name) {
    if (phases.containsKey(name)) return name;
    throw Problem.missing(
            "no-such-pipeline",
            "there is no pipeline '" + name + "'",
            phases.isEmpty()
                ? "this console knows none; put the jars with pipelines into its plugins"
                : "there are " + String.join(", ", phases.keySet()))
        .with("known", List.copyOf(phases.keySet()));
  }

  List<String> phases(String pipeline) {
    return phases.getOrDefault(pipeline, List.of());
  }

  String requirePhase(String pipeline, String phase) {
    var known = phases(requirePipeline(pipeline));
    if (known.contains(phase)) return phase;
    throw Problem.bad(
            "unknown-phase",
            "pipeline '" + pipeline + "' has no phase '" + phase + "'",
            "it has " + String.join(", ", known))
        .with("known", known);
  }

  Map<String, List<String>> all() {
    return phases;
  }
}
