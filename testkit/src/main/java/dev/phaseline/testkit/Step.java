package dev.phaseline.testkit;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What follows an attempt; the driver only performs it.
sealed interface Step {
  /// The item goes on as one or more records.
  record Forward(List<Output> outputs) implements Step {}

  /// One record for a phase. The array is never changed.
  ///
  /// @param phase whose topic
  /// @param path the item's place in its job
  /// @param key null for none
  /// @param value the payload
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Output(String phase, String path, @Nullable String key, byte[] value) {}

  /// The item ended well. The array is never changed.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Finish(byte @Nullable [] result) implements Step {}

  /// The item is given up.
  record Bury(DeadLetter.Kind kind, String reason) implements Step {}

  /// Another attempt; this one is spent.
  record TryAgain(Duration delay, String why) implements Step {}

  /// The phase waits; the attempt is not spent.
  record Hold(Duration delay) implements Step {}
}
