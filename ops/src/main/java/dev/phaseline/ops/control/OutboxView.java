package dev.phaseline.ops.control;

import dev.phaseline.schemas.control.OutboxState;
import java.time.Duration;

/// State of an outbox by the latest report of its relay.
///
/// @param state the report
/// @param age the time since then, by the clocks of the relay and the reader
public record OutboxView(OutboxState state, Duration age) {
  /// Time without a report after which a relay counts as gone: a takeover and a broker's restart
  /// take less.
  public static final Duration SILENT_AFTER = Duration.ofSeconds(30);

  /// Whether the relay has stopped reporting without having ended in order.
  public boolean isSilent() {
    return !state.stopped() && age.compareTo(SILENT_AFTER) > 0;
  }

  /// The age of the oldest row that waits, which goes on growing while none is reported; zero when
  /// none waits.
  public Duration lag() {
    return state.waiting() == 0 ? Duration.ZERO : Duration.ofMillis(state.oldestMs()).plus(age);
  }
}
