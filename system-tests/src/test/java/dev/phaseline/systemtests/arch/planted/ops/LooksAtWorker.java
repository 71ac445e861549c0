package dev.phaseline.systemtests.arch.planted.ops;

import dev.phaseline.systemtests.arch.planted.worker.Planted;

/// An arrow that must not be.
final class LooksAtWorker {
  private final Planted.GroupIdOnly worker = new Planted.GroupIdOnly();

  Object worker() {
    return worker;
  }
}
