package dev.phaseline.ops.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A queue as the API answers it. Immutable.
///
/// @param items available or claimed
/// @param oldest when the oldest of them was created, ISO 8601 in UTC; absent when there is none
/// @param dead letters that wait for a decision
/// @param consumers the members of its share group
@JsonInclude(JsonInclude.Include.NON_NULL)
record QueueJson(
    String name,
    int partitions,
    long items,
    @Nullable String oldest,
    long dead,
    List<Consumer> consumers) {

  /// All queues.
  record All(List<QueueJson> queues) {}

  /// A consumer of a queue.
  ///
  /// @param partitions of the queue from which it gets items
  record Consumer(String client, String host, int partitions) {}

  static QueueJson of(QueueSource.Seen seen, long dead) {
    return new QueueJson(
        seen.name(),
        seen.partitions(),
        seen.items(),
        seen.oldest() == null ? null : seen.oldest().toString(),
        dead,
        seen.consumers().stream()
            .map(one -> new Consumer(one.client(), one.host(), one.partitions()))
            .toList());
  }
}
