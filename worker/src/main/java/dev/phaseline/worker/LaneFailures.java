package dev.phaseline.worker;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;

/// Tells what new clients can mend from what they can't. Kafka wraps whatever a rebalance callback
/// throws, so the answer may lie deeper than the exception itself.
final class LaneFailures {
  private LaneFailures() {}

  /// What ends the lane for good; null when starting it again may help.
  static @Nullable Throwable beyondRepair(KafkaException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof WorkerException) return cause;
      if (cause instanceof AuthorizationException || cause instanceof AuthenticationException) {
        return new WorkerException(cause.getMessage() + "; grant it and start again", cause);
      }
      if (cause instanceof IllegalStateException || cause instanceof Error) return cause; // a bug
      if (cause instanceof ApiException) return null;
    }
    return null;
  }
}
