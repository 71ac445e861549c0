package dev.phaseline.queue.worker;

import dev.phaseline.core.engine.Thrown;
import java.time.Duration;
import java.util.Optional;

/// End of a handler's run, as data. Immutable.
sealed interface Ending {
  /// A handler that returned.
  record Done() implements Ending {}

  /// A handler that gave its item back.
  ///
  /// @param delay after which the item is available
  record Requeue(Duration delay) implements Ending {}

  /// A handler that suspended the queue.
  ///
  /// @param delay for how long; empty: as the retry policy says
  /// @param reason what is down
  record Suspend(Optional<Duration> delay, String reason) implements Ending {}

  /// A handler that failed.
  ///
  /// @param thrown what it threw
  record Failed(Thrown thrown) implements Ending {}
}
