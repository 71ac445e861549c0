/// The API for authors of handlers. The engine and the meaning of outcomes are exported to the
/// modules that run them and to no other, because they change with every version.
///
/// Servers, the console and the command run on the class path, where exports bind nothing.
@SuppressWarnings("module") // those modules are built after this one
module dev.phaseline.core {
  requires static transitive org.jspecify;

  exports dev.phaseline.core;
  exports dev.phaseline.core.engine to
      dev.phaseline.queue,
      dev.phaseline.worker,
      dev.phaseline.testkit;
  exports dev.phaseline.core.run to
      dev.phaseline.worker,
      dev.phaseline.testkit;
}
