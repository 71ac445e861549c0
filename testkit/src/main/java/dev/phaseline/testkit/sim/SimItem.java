package dev.phaseline.testkit.sim;

import dev.phaseline.core.engine.Item;
import org.jspecify.annotations.Nullable;

/// A record of the input topic.
///
/// @param partition where it is
/// @param index its place among the records of its partition, from 0
/// @param offset where it is
/// @param key its ordering key
/// @param bytes what it weighs
/// @param attempt the attempt that comes next, from 1
/// @param poison kills the process that runs it
/// @param visibleAt when the last stable offset has passed it
record SimItem(
    int partition,
    int index,
    long offset,
    @Nullable Integer key,
    int bytes,
    int attempt,
    boolean poison,
    long visibleAt)
    implements Item {
  static final int JOBS = 9;

  /// The job to which it belongs: some of every partition and key.
  int job() {
    return (partition + index) % JOBS;
  }

  @Override
  public String toString() {
    return "p" + partition + "@" + offset + (poison ? " (poison)" : "");
  }
}
