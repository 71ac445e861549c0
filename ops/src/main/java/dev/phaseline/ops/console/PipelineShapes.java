package dev.phaseline.ops.console;

import dev.phaseline.ops.dead.LetterBox;
import dev.phaseline.schemas.TopicNames;
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
  /// @throws Problem when there is none The pipeline that a path names, or the queue, as
  ///   `queue.NAME`.
  ///
  /// @throws Problem when there is no such pipeline
  String withLetters(Call call) {
    var name = call.part("pipeline");
    return LetterBox.queueOf(name).isPresent() ? name : requirePipeline(name);
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
    var known = phases.get(pipeline);
    if (known != null) return known;
    return LetterBox.queueOf(pipeline).map(_ -> List.of(TopicNames.QUEUE_ITEMS)).orElse(List.of());
  }

  String requirePhase(String pipeline, String phase) {
    var known = phases(pipeline);
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
