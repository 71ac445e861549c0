package dev.phaseline.worker;

import dev.phaseline.core.engine.Attempt;
import dev.phaseline.core.engine.AttemptResult;
import dev.phaseline.core.engine.CommitGroup;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Is told what a lane does, on the lane's thread and while it waits: whoever listens must be quick
/// and must not fail.
interface LaneObserver
    extends HandlerThreads.Times<
        ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> {

  @Override
  default void took(
      Attempt<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> attempt,
      AttemptResult<List<ProducerRecord<byte[], byte[]>>> result,
      long startNanos,
      long endNanos) {}

  /// A transaction was tried, whatever came of it, and that took so long.
  default void published(
      CommitGroup<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> group,
      long nanos) {}

  /// A transaction is known to have happened.
  default void happened(
      CommitGroup<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> group) {}

  /// A transaction is known not to have happened.
  default void aborted(AbortCause cause) {}
}
