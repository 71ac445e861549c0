package dev.phaseline.scheduler;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Positions as the scheduler's consumers report them after each poll, and ends as brokers tell.
/// Thread-safe.
final class ClusterInputs implements Inputs {
  private final Admin admin;

  /// Last offsets handed over, by partition: of all partitions, because a gate may be shut later.
  private final Map<TopicPartition, Long> handedOver = new ConcurrentHashMap<>();

  /// Watched partitions; a position is there after the first poll.
  private final Map<TopicPartition, Optional<Position>> watched = new ConcurrentHashMap<>();

  /// @param admin stays the caller's to close
  ClusterInputs(Admin admin) {
    this.admin = admin;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // what is returned tells of it
  public CompletableFuture<Map<TopicPartition, Long>> ends(Collection<TopicPartition> of) {
    var answer = new CompletableFuture<Map<TopicPartition, Long>>();
    var asked = new HashMap<TopicPartition, OffsetSpec>();
    for (var partition : of) asked.put(partition, OffsetSpec.latest());
    try {
      admin
          .listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
          .all()
          .whenComplete(
              (found, failed) -> {
                if (failed != null) {
                  answer.completeExceptionally(failed);
                  return;
                }
                var ends = new HashMap<TopicPartition, Long>();
                found.forEach((partition, end) -> ends.put(partition, end.offset()));
                answer.complete(ends);
              });
    } catch (KafkaException closed) {
      answer.completeExceptionally(closed);
    }
    return answer;
  }

  @Override
  public void watch(TopicPartition partition, boolean anew) {
    if (anew) handedOver.remove(partition);
    watched.put(partition, Optional.empty());
  }

  @Override
  public void unwatch(TopicPartition partition) {
    watched.remove(partition);
  }

  @Override
  public Optional<Position> position(TopicPartition partition) {
    var known = watched.get(partition);
    return known == null ? Optional.empty() : known;
  }

  /// A consumer has polled; on its thread.
  void polled(Consumer<byte[], byte[]> consumer, ConsumerRecords<byte[], byte[]> records) {
    for (var partition : records.partitions()) {
      handedOver.put(partition, records.records(partition).getLast().offset());
    }
    if (watched.isEmpty()) return;
    var assigned = consumer.assignment();
    watched.replaceAll(
        (partition, known) ->
            assigned.contains(partition) ? position(consumer, partition).or(() -> known) : known);
  }

  private Optional<Position> position(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
    try {
      var next = consumer.position(partition, Duration.ZERO);
      return Optional.of(new Position(next, handedOver.getOrDefault(partition, -1L)));
    } catch (KafkaException | IllegalStateException notKnownYet) {
      return Optional
          .empty(); // the consumer is about to learn where it begins; the next poll tells
    }
  }
}
