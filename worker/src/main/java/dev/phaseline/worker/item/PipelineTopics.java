package dev.phaseline.worker.item;

import dev.phaseline.core.Pipeline;
import dev.phaseline.core.run.Topics;
import dev.phaseline.schemas.TopicNames;

/// The names of one pipeline's topics in a namespace, for its programs. Immutable.
///
/// @param names the namespace
/// @param pipeline the pipeline
public record PipelineTopics(TopicNames names, Pipeline pipeline) implements Topics {
  @Override
  public String phase(String name) {
    return names.phase(pipeline.name(), name);
  }

  @Override
  public String done() {
    return names.done(pipeline.name());
  }
}
