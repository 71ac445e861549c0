package dev.phaseline.testkit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Something that a test has seen, in the order in which it happened: what the [Guarantees] judge.
/// Where it was seen (handlers, topics, a tracker) is the test's affair. Immutable values.
public sealed interface Event {

  /// The item that it is about.
  String item();

  /// An item came into a phase. For one key, submissions must be seen in the order that is
  /// promised.
  ///
  /// @param item its id
  /// @param key its ordering key; null for none
  record Submitted(String item, @Nullable String key) implements Event {}

  /// A handler has started on it.
  ///
  /// @param item its id
  /// @param attempt the number that the handler was told
  /// @param at when
  record Started(String item, int attempt, Instant at) implements Event {}

  /// The handler has ended, in whatever way.
  ///
  /// @param item its id
  record Stopped(String item) implements Event {}

  /// The next attempt may not start before this.
  ///
  /// @param item its id
  /// @param notBefore when at the earliest
  record Delayed(String item, Instant notBefore) implements Event {}

  /// Its attempts are counted anew: another owner has it, or somebody has redriven it.
  ///
  /// @param item its id
  record Renewed(String item) implements Event {}

  /// The end of an item, as a result, a dead letter or cancelled, which readers of committed
  /// records see.
  ///
  /// @param item its id
  record Ended(String item) implements Event {}
}
