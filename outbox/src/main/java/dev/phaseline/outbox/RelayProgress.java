package dev.phaseline.outbox;

import dev.phaseline.outbox.RelayStatus.State;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/// Progress of a relay, written by its thread and read by any. Thread-safe.
final class RelayProgress {
  private record Phase(State state, String condition) {}

  private final InstantSource clock;
  private final AtomicLong published = new AtomicLong();
  private final AtomicLong batches = new AtomicLong();
  private final Map<String, String> held = new ConcurrentSkipListMap<>();
  private volatile Phase phase = new Phase(State.STARTING, "");
  private volatile OutboxTable.Backlog backlog = new OutboxTable.Backlog(0, 0);

  RelayProgress(InstantSource clock) {
    this.clock = clock;
  }

  void is(State state, String condition) {
    phase = new Phase(state, condition);
  }

  State state() {
    return phase.state();
  }

  void published(int rows) {
    published.addAndGet(rows);
    batches.incrementAndGet();
  }

  void waiting(OutboxTable.Backlog rows) {
    backlog = rows;
  }

  void held(Map<String, String> topics) {
    held.keySet().retainAll(topics.keySet());
    held.putAll(topics);
  }

  /// The age of the oldest row that waits; it grows while nothing can be asked.
  Duration oldest() {
    var oldestMs = backlog.oldestMs();
    return oldestMs == 0
        ? Duration.ZERO
        : Duration.ofMillis(Math.max(0, clock.millis() - oldestMs));
  }

  RelayStatus status() {
    var now = phase;
    return new RelayStatus(
        now.state(),
        now.condition(),
        published.get(),
        batches.get(),
        backlog.count(),
        oldest(),
        held);
  }
}
