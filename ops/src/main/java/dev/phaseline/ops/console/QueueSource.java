package dev.phaseline.ops.console;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The queues that the console shows: those of a cluster, or a test's. Thread-safe.
public interface QueueSource {
  /// The queues, by name.
  ///
  /// @throws dev.phaseline.topics.ClusterException when the cluster does not answer
  List<Seen> find();

  /// A queue at one moment. The numbers are the brokers' estimates.
  ///
  /// @param items available or claimed; delayed ones are timers
  /// @param oldest when the oldest of them was created; null when there is none
  record Seen(
      String name, int partitions, long items, @Nullable Instant oldest, List<Consumer> consumers) {
    public Seen {
      consumers = List.copyOf(consumers);
    }
  }

  /// A member of a queue's share group. Brokers do not tell which items it has.
  ///
  /// @param client the id of its client
  /// @param host from where it is connected
  /// @param partitions of the queue from which it gets items; 0 while it joins
  record Consumer(String client, String host, int partitions) {}
}
