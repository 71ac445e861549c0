package dev.phaseline.outbox;

import java.time.Duration;
import java.util.Map;

/// State of a relay at a moment. Immutable.
///
/// @param state what it does
/// @param condition what holds it up, in words with the remedy; empty when nothing does
/// @param published rows that it has published
/// @param batches transactions of Kafka that it did so in
/// @param waiting rows that waited when it looked last, up to 100,000
/// @param oldest the age of the oldest of them
/// @param held topics whose rows wait while all others go on, with the reason of each
public record RelayStatus(
    State state,
    String condition,
    long published,
    long batches,
    long waiting,
    Duration oldest,
    Map<String, String> held) {
  /// Work of a relay.
  public enum State {
    /// Started, without a result yet.
    STARTING,
    /// Another relay publishes.
    STANDBY,
    /// Publishing.
    PUBLISHING,
    /// Something that it needs is away; it tries again.
    WAITING,
    /// Something that does not mend by itself; it has ended.
    FAILED,
    /// Closed.
    CLOSED
  }

  public RelayStatus {
    held = Map.copyOf(held);
  }
}
