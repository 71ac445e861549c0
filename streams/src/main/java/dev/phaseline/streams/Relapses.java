package dev.phaseline.streams;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/// Bounds how often something that failed is begun again: what fails time after time won't mend.
/// Thread-safe.
final class Relapses {
  private static final int MAX = 10;
  private static final Duration WITHIN = Duration.ofMinutes(10);

  private final Queue<Long> atNanos = new ArrayDeque<>();

  /// Whether it may be begun once more.
  synchronized boolean oneMore() {
    var now = System.nanoTime();
    while (!atNanos.isEmpty() && now - atNanos.peek() > WITHIN.toNanos()) atNanos.remove();
    if (atNanos.size() >= MAX) return false;
    return atNanos.add(now);
  }
}
