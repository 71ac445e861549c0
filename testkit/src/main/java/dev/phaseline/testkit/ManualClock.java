package dev.phaseline.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/// A clock that moves only when told. Thread-safe.
public final class ManualClock implements InstantSource {
  private final AtomicReference<Instant> now;

  private ManualClock(Instant start) {
    now = new AtomicReference<>(start);
  }

  /// A clock that stands at this time, ISO 8601 with Z: `2026-01-01T00:00:00Z`.
  ///
  /// @throws java.time.format.DateTimeParseException when it is not such a time
  public static ManualClock at(String time) {
    return at(Instant.parse(time));
  }

  /// A clock that stands at this time.
  public static ManualClock at(Instant time) {
    return new ManualClock(time);
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  /// Moves on.
  ///
  /// @param by zero or more
  public void advance(Duration by) {
    if (by.isNegative()) throw new IllegalArgumentException("a clock does not go back: " + by);
    now.updateAndGet(time -> time.plus(by));
  }

  @Override
  public String toString() {
    return now.get().toString();
  }
}
