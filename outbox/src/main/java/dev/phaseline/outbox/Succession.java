package dev.phaseline.outbox;

import java.time.Duration;

/// Decision whether a relay may begin a term: at once when the last relay has ended in order or the
/// term is this relay's own, and otherwise when no sign of life has come for a time. No clocks of
/// two machines are compared. It only keeps relays from disturbing each other: Kafka's fencing is
/// what makes two of them harmless. For the relay's thread.
final class Succession {
  private static final long NONE = -1;

  private final String relay;
  private final Duration silenceMin;
  private long ownTerm = NONE;
  private boolean looked;
  private long seenTerm = NONE;
  private long seenBeat = NONE;
  private long seenNanos;

  /// @param relay the name of this relay
  /// @param silenceMin the time without a beat after which another relay counts as dead
  Succession(String relay, Duration silenceMin) {
    this.relay = relay;
    this.silenceMin = silenceMin;
  }

  /// Whether the term after this row's may be begun.
  boolean isOpen(RelayTable.Row row, long nowNanos) {
    var restarted = !looked && row.relay().equals(relay);
    looked = true;
    if (row.relay().isEmpty() || row.term() == ownTerm || restarted) return true;
    if (row.term() != seenTerm || row.beat() != seenBeat) {
      seenTerm = row.term();
      seenBeat = row.beat();
      seenNanos = nowNanos;
      return false;
    }
    return nowNanos - seenNanos >= silenceMin.toNanos();
  }

  /// Notes that this relay has begun a term.
  void began(long term) {
    ownTerm = term;
  }

  /// Notes that this relay has ended its term.
  void ended() {
    ownTerm = NONE;
  }
}
