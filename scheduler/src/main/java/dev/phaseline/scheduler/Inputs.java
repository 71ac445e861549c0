package dev.phaseline.scheduler;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;

/// Positions of the readers of a scheduler's topics, and the ends of these topics. Thread-safe.
interface Inputs {
  /// Inputs that are read to their ends at any time, for tests without a broker.
  Inputs NONE =
      new Inputs() {
        @Override
        public CompletableFuture<Map<TopicPartition, Long>> ends(Collection<TopicPartition> of) {
          return CompletableFuture.completedFuture(Map.of());
        }

        @Override
        public void watch(TopicPartition partition, boolean anew) {}

        @Override
        public void unwatch(TopicPartition partition) {}

        @Override
        public Optional<Position> position(TopicPartition partition) {
          return Optional.empty();
        }
      };

  /// Position of a reader.
  ///
  /// @param next the offset that it reads next
  /// @param handedOver the last offset that it gave to its task; -1: none
  record Position(long next, long handedOver) {}

  /// The ends of the committed records of these partitions, as the brokers have them now.
  CompletableFuture<Map<TopicPartition, Long>> ends(Collection<TopicPartition> of);

  /// From its next poll on, the reader of this partition tells its position.
  ///
  /// @param anew whether the task has just begun: what was handed over before is nothing to it
  void watch(TopicPartition partition, boolean anew);

  /// Positions of this partition are not needed any more.
  void unwatch(TopicPartition partition);

  /// The position after the last poll since [#watch]; empty before.
  Optional<Position> position(TopicPartition partition);
}
