package dev.phaseline.testkit.queue;

import dev.phaseline.queue.DeadItem;
import dev.phaseline.queue.DeadLetters;
import dev.phaseline.queue.QueueOptions;
import dev.phaseline.queue.QueueStorage;
import dev.phaseline.queue.QueueStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// Queues in memory, for tests of what works with queues: no broker, and leases that end when a
/// [dev.phaseline.testkit.ManualClock] is moved. It passes the same contract as the queues on Kafka
/// and on SQL.
///
/// ```java
/// var clock = ManualClock.at("2026-01-01T00:00:00Z");
/// var storage = MemoryQueueStorage.on(clock);
/// var mails = Queues.over(storage).open("mails", Codec.text());
/// ```
///
/// Nothing outlives the object. Queues that are opened from one storage share their items, as those
/// of several processes do. A claim that waits looks at the clock every [MemoryStore#LOOK_EVERY_MS]
/// ms. Thread-safe.
public final class MemoryQueueStorage implements QueueStorage {
  private final MemoryQueues queues;
  private final List<DeadItem> letters = new ArrayList<>();

  private MemoryQueueStorage(InstantSource clock) {
    queues = new MemoryQueues(clock);
  }

  /// No queues yet, with times by this clock.
  public static MemoryQueueStorage on(InstantSource clock) {
    return new MemoryQueueStorage(clock);
  }

  @Override
  public List<String> names() {
    synchronized (queues) {
      return queues.names();
    }
  }

  @Override
  public QueueStore open(String name, QueueOptions options) {
    return new MemoryStore(name, queues);
  }

  /// The dead letters of a queue, oldest first; they outlive the queue.
  public List<DeadItem> dead(String queue) {
    synchronized (letters) {
      return letters.stream().filter(letter -> letter.queue().equals(queue)).toList();
    }
  }

  @Override
  public DeadLetters deadLetters() {
    return this::keep;
  }

  private void keep(DeadItem letter) {
    synchronized (letters) {
      letters.add(letter);
    }
  }

  @Override
  public void close() {
    // the items are there for as long as the object is
  }
}
