package dev.phaseline.worker.telemetry;

import java.util.Locale;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/// Cause of an aborted transaction, from a closed set that can be counted. Kafka's own exceptions
/// are too many for that, and no closed set.
public enum AbortCause {
  /// Somebody else has the transactional id, or the broker ended a transaction that took too long.
  FENCED,
  /// The group has gone on without this member, or with another epoch.
  NOT_A_MEMBER,
  /// A broker did not answer in time.
  TIMED_OUT,
  /// A record or a batch is larger than the broker takes.
  TOO_LARGE,
  /// A record is one that its topic does not take, whatever its size.
  INVALID_RECORD,
  /// The principal may not write, or is not known.
  DENIED,
  /// There is no connection.
  DISCONNECTED,
  /// Its fate was unknown, and it turned out that it had not happened.
  LOST,
  /// Anything else; the log has it.
  OTHER;

  /// The value of the label `cause`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The first of the failure and its causes that says something.
  public static AbortCause of(KafkaException failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      var cause = ofOne(at);
      if (cause != OTHER) return cause;
    }
    return OTHER;
  }

  private static AbortCause ofOne(Throwable failure) {
    return switch (failure) {
      case ProducerFencedException _, InvalidProducerEpochException _ -> FENCED;
      case CommitFailedException _,
          UnknownMemberIdException _,
          StaleMemberEpochException _,
          FencedInstanceIdException _,
          IllegalGenerationException _ ->
          NOT_A_MEMBER;
      case RecordTooLargeException _, RecordBatchTooLargeException _ -> TOO_LARGE;
      case InvalidRecordException _, InvalidTimestampException _ -> INVALID_RECORD;
      case AuthorizationException _, AuthenticationException _ -> DENIED;
      case DisconnectException _, NetworkException _ -> DISCONNECTED;
      case TimeoutException _ -> TIMED_OUT;
      default -> OTHER;
    };
  }
}
