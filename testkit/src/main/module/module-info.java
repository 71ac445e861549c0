/// Drivers and doubles for tests of pipelines and queues. The simulated log is for the tests of the
/// engine.
module dev.phaseline.testkit {
  requires transitive dev.phaseline.core;
  requires transitive dev.phaseline.queue;
  requires dev.phaseline.schemas;
  requires static transitive org.jspecify;

  exports dev.phaseline.testkit;
  exports dev.phaseline.testkit.queue;
}
