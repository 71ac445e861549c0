package dev.phaseline.testkit;

import dev.phaseline.core.run.Topics;

/// Names of topics as on a broker, in the namespace `test`.
///
/// @param pipeline whose they are
record TestTopics(String pipeline) implements Topics {
  @Override
  public String phase(String name) {
    return "test." + pipeline + '.' + name;
  }

  @Override
  public String done() {
    return phase("done");
  }
}
