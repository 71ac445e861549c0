package dev.phaseline.testkit.queue;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The queues of one storage in memory, by name. Not thread-safe: those who use it hold its
/// monitor, and are woken by it when items may have become available.
final class MemoryQueues {
  private final InstantSource clock;
  private final Map<String, MemoryItems> queues = new TreeMap<>();

  MemoryQueues(InstantSource clock) {
    this.clock = clock;
  }

  List<String> names() {
    return List.copyOf(queues.keySet());
  }

  /// The items of a queue; null when there is none.
  @Nullable MemoryItems find(String name) {
    return queues.get(name);
  }

  /// Makes a queue, if there is none.
  void create(String name) {
    queues.computeIfAbsent(name, missing -> new MemoryItems(clock));
  }

  void drop(String name) {
    queues.remove(name);
  }
}
