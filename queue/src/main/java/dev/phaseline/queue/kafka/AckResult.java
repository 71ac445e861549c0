package dev.phaseline.queue.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedLeaderEpochException;
import org.apache.kafka.common.errors.InvalidRecordStateException;
import org.apache.kafka.common.errors.InvalidShareSessionEpochException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.ShareSessionNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// The broker's answer to an acknowledgement.
sealed interface AckResult {
  /// An acknowledgement that has happened.
  record Done() implements AckResult {}

  /// The record was no longer this consumer's.
  record Lost() implements AckResult {}

  /// An acknowledgement of unknown fate.
  ///
  /// @param failure what the client said
  record Unknown(RuntimeException failure) implements AckResult {}

  /// The answer when there was none.
  static AckResult unanswered() {
    return new Unknown(new KafkaException("the broker has not answered"));
  }

  /// The answer that the client gives for a partition.
  ///
  /// @param result empty: no failure
  static AckResult of(Optional<KafkaException> result) {
    if (result.isEmpty()) return new Done();
    return switch (result.get()) {
      // The lock is over, or the session in which it was had: the broker has released the record.
      case InvalidRecordStateException lost -> new Lost();
      case ShareSessionNotFoundException lost -> new Lost();
      case InvalidShareSessionEpochException lost -> new Lost();
      case NotLeaderOrFollowerException lost -> new Lost();
      case FencedLeaderEpochException lost -> new Lost();
      case UnknownTopicOrPartitionException lost -> new Lost();
      case UnknownTopicIdException lost -> new Lost();
      case KafkaException failure -> new Unknown(failure);
    };
  }

  /// The client's answers, by partition.
  static Map<TopicPartition, AckResult> ofAll(
      Map<TopicIdPartition, Optional<KafkaException>> results) {
    var all = new HashMap<TopicPartition, AckResult>();
    results.forEach((partition, result) -> all.put(partition.topicPartition(), of(result)));
    return all;
  }

  default boolean isDone() {
    return this instanceof Done;
  }

  /// Gives it to the caller that waits.
  ///
  /// @param inWords makes the caller's exception of the client's
  default void answer(
      CompletableFuture<Boolean> waiting,
      Function<RuntimeException, ? extends RuntimeException> inWords) {
    switch (this) {
      case Done done -> waiting.complete(true);
      case Lost lost -> waiting.complete(false);
      case Unknown(RuntimeException failure) ->
          waiting.completeExceptionally(inWords.apply(failure));
    }
  }
}
