package dev.phaseline.systemtests.arch.planted.core;

/// Half of a cycle of two classes; the other half is nested, which does not hide it.
final class KnowsItsUser {
  KnowsItsUser.Part part = new KnowsItsUser.Part();

  static final class Part {
    final UsesAPart user = new UsesAPart();
  }
}
