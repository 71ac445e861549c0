package dev.phaseline.core;

import java.util.List;
import java.util.Map;

/// Service interface by which a server finds pipelines: named in `META-INF/services` of a jar in
/// `plugins/` and loaded with `ServiceLoader`. Called once, on the thread that starts the worker.
///
/// Each jar has a class loader of its own, which sees Phaseline's API and what the jar brings, and
/// nothing of the server or of other jars. It is the context class loader of this call and of the
/// pipelines' handlers, codecs and key functions.
public interface PipelineProvider {

  /// The number of the API that jars are compiled against. It is raised by a change that jars have
  /// to be compiled again for. A jar names the number that it was built with in its manifest, as
  /// `Phaseline-Api`, and is refused by a server that has another; one that names none is taken.
  int API = 1;

  /// The pipelines that this jar brings.
  ///
  /// @param settings the server file's `settings` for this provider, and the worker's own
  ///   (`schema.registry.url`, ...)
  List<Pipeline> pipelines(Map<String, String> settings);

  /// Pipelines that are others with changes; their parents may come from any jar.
  ///
  /// @param settings as above
  default List<PipelineExtension> extensions(Map<String, String> settings) {
    return List.of();
  }
}
