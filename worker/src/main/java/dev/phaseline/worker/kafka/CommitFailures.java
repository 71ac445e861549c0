package dev.phaseline.worker.kafka;

import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TransactionAbortableException;

/// Classification of a transaction's failures: those that leave the producer usable after an abort,
/// and others. A list of what is known to be so; everything else costs a new producer, which is
/// always right and only slower. And what they are in words, with the remedy where a setting of the
/// brokers is one.
public final class CommitFailures {
  /// A client's fatal error has only these words of the broker's answer, and no cause.
  private static final String METADATA_TOO_LARGE =
      "metadata field of the offset request was too large";

  private CommitFailures() {}

  /// Description of the failure and, where known, the setting that mends it.
  public static String words(KafkaException failure) {
    var said = failure.getClass().getSimpleName() + ": " + failure.getMessage();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidTxnTimeoutException) {
        return LaneFailures.transactionTooLong("less") + " (" + said + ")";
      }
      var message = cause.getMessage();
      if (message != null && message.contains(METADATA_TOO_LARGE)) {
        return "the brokers' offset.metadata.max.bytes is less than a phase's progress needs;"
            + " set it to 4096 or more ("
            + said
            + ")";
      }
    }
    return said;
  }

  static boolean isAbortable(KafkaException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof TransactionAbortableException
          || cause instanceof CommitFailedException
          || cause instanceof RecordTooLargeException
          || cause instanceof RecordBatchTooLargeException
          || cause instanceof InvalidRecordException
          || cause instanceof InvalidTimestampException) {
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
