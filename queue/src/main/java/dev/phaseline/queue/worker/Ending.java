package dev.phaseline.queue.worker;

import dev.phaseline.core.engine.Thrown;
import java.time.Duration;
import java.util.Optional;

/// End of a handler's run, as data. Immutable.
sealed interface Ending {
  /// It returned.
  record Done() implements Ending {}

  /// It gave its item back.
  ///
  /// @param delay after which the item is available
  record Requeue(Duration delay) implements Ending {}

  /// It suspended the queue.
  ///
  /// @param delay for how long; empty: as the retry policy says
  /// @param reason what is down
  record Suspend(Optional<Duration> delay, String reason) implements Ending {}

  /// It failed.
  ///
  /// @param thrown what it threw
  record Failed(Thrown thrown) implements Ending {}
}
