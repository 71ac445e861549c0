package dev.phaseline.worker.kafka;

import dev.phaseline.core.engine.Sink;
import org.apache.kafka.clients.consumer.Consumer;

/// Choice of the sink that a lane publishes to. A worker that a user starts has one choice,
/// [#TRANSACTIONS]; the other is in the bench, which measures what these cost. So the type is
/// internal, and neither an option nor a public method leads to it.
@FunctionalInterface
public interface LaneSinks {
  /// The lane's own log: outputs and offsets in one transaction.
  LaneSinks TRANSACTIONS = (_, log, _) -> log;

  /// The sink of a lane. Called on the lane's thread whenever the lane's clients are made anew. A
  /// sink that has clients of its own closes them itself.
  ///
  /// @param lane its name, one in the cluster
  /// @param log its source and ledger, and the sink that is taken by default
  /// @param consumer the log's; commits of offsets count as those of its member
  Sink of(String lane, KafkaLog log, Consumer<byte[], byte[]> consumer);
}
