package dev.phaseline.core;

import java.util.List;
import java.util.Map;

/// Service interface by which a server finds pipelines: named in `META-INF/services` of a jar in
/// `plugins/` and loaded with `ServiceLoader`. Called once, on the thread that starts the worker.
/// The context class loader then, and that of handlers' threads, sees all jars of the folder.
public interface PipelineProvider {

  /// The pipelines that this jar brings.
  ///
  /// @param settings the server file's `settings` for this provider, and the worker's own
  ///   (`schema.registry.url`, ...)
  List<Pipeline> pipelines(Map<String, String> settings);
}
