package dev.phaseline.worker;

import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.KafkaException;
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
}
