package dev.phaseline.testkit.queue;

import dev.phaseline.queue.DeadItem;
import dev.phaseline.queue.Queues;
import dev.phaseline.testkit.ManualClock;
import java.time.Duration;
import java.util.List;

/// The contract on queues in memory.
final class MemoryQueueTest extends QueueContract {
  private final ManualClock clock = ManualClock.at("2026-01-01T00:00:00Z");
  private final MemoryQueueStorage storage = MemoryQueueStorage.on(clock);

  @Override
  protected Queues connect() {
    return Queues.over(storage);
  }

  @Override
  protected void pass(Duration time) {
    clock.advance(time);
  }

  @Override
  protected List<DeadItem> dead(String queueName) {
    return storage.dead(queueName);
  }
}
