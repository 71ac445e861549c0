package dev.phaseline.examples.hello;

import dev.phaseline.core.Pipeline;
import dev.phaseline.core.PipelineProvider;
import java.util.List;
import java.util.Map;

/// Brings the pipeline `hello` to a server. It has no settings.
public final class HelloProvider implements PipelineProvider {
  /// For `ServiceLoader`.
  public HelloProvider() {}

  @Override
  public List<Pipeline> pipelines(Map<String, String> settings) {
    return List.of(HelloPipeline.create());
  }
}
