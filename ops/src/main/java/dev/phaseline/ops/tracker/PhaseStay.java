package dev.phaseline.ops.tracker;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An item's stay in a phase. Times are those of the records, by the clocks of who wrote them.
///
/// @param phase where; `timers` while it waited there
/// @param entered when it came
/// @param left when it went on; null while it is there, or until the record that took it away is
///   read
public record PhaseStay(String phase, Instant entered, @Nullable Instant left) {

  /// The time at which it went on, if it has.
  public Optional<Instant> leftIfAny() {
    return Optional.ofNullable(left);
  }

  /// The time that it stayed, if it has left: waiting and handling together, never negative.
  public Optional<Duration> stay() {
    if (left == null) return Optional.empty();
    return Optional.of(left.isBefore(entered) ? Duration.ZERO : Duration.between(entered, left));
  }
}
