package dev.phaseline.worker;

import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TransactionAbortableException;

/// Which failures of a transaction leave its producer usable after an abort. A list of what is
/// known to be so; everything else costs a new producer, which is always right and only slower.
final class CommitFailures {
  private CommitFailures() {}

  static boolean isAbortable(KafkaException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof TransactionAbortableException
          || cause instanceof CommitFailedException
          || cause instanceof RecordTooLargeException
          || cause instanceof RecordBatchTooLargeException) {
        return true;
      }
    }
    return false;
  }

  /// Whether somebody else has taken the producer's transactional id, or the broker has ended its
  /// transaction for lack of a sign of life, which looks the same from here.
  static boolean isFenced(KafkaException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return true;
      }
    }
    return false;
  }
}
