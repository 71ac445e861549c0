package dev.phaseline.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One record in a phase's topic and what happened to it so far. Owned by the driver.
final class Item {
  /// What goes with an item through all phases.
  ///
  /// @param id the job's id
  /// @param deadline null for never
  /// @param tags by name
  record Job(String id, @Nullable Instant deadline, Map<String, String> tags) {}

  final Job job;
  final String path;
  final @Nullable String key;
  final byte[] value;
  boolean submitted; // and not handed on by a phase
  int attempt = 1;
  @Nullable Instant firstStart; // of the first attempt that counts
  Instant notBefore;
  final List<String> history = new ArrayList<>(0);

  Item(Job job, String path, @Nullable String key, byte[] value, Instant notBefore) {
    this.job = job;
    this.path = path;
    this.key = key;
    this.value = value;
    this.notBefore = notBefore;
  }

  String id() {
    return path.equals("/") ? job.id() : job.id() + path;
  }

  String childPath(int index) {
    return path.equals("/") ? "/" + index : path + '/' + index;
  }

  TestContext context(String pipeline, String phase) {
    return new TestContext(
        pipeline, phase, job.id(), path, attempt, key, job.deadline(), job.tags());
  }

  ForwardedItem forwarded(String phase, Object decoded) {
    return new ForwardedItem(phase, job.id(), path, Optional.ofNullable(key), decoded);
  }

  PendingItem pending(String phase) {
    return new PendingItem(phase, job.id(), path, attempt, notBefore);
  }

  DeadLetter dead(String phase, DeadLetter.Kind kind, String reason) {
    return new DeadLetter(phase, job.id(), path, kind, reason, attempt, history);
  }

  @Override
  public String toString() {
    return id() + '#' + attempt;
  }
}
