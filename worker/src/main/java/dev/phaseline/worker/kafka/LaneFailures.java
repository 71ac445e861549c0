package dev.phaseline.worker.kafka;

import dev.phaseline.schemas.RightsCheck;
import dev.phaseline.worker.WorkerException;
import dev.phaseline.worker.client.ClientSettings;
import dev.phaseline.worker.client.ClientTrial;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.UnsupportedAssignorException;
import org.jspecify.annotations.Nullable;

/// The failures of a lane that new clients can't mend, apart from those that they can. Kafka wraps
/// whatever a rebalance callback throws, so the answer may lie deeper than the exception itself.
public final class LaneFailures {
  private LaneFailures() {}

  /// Failure that ends the lane for good; null when a restart of the lane may help.
  ///
  /// @param kafka the client settings, which tell the principal
  /// @param lane the lane's name, which its transactional ids begin with
  public static @Nullable Throwable beyondRepair(
      KafkaException failure, Map<String, ?> kafka, String lane) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof WorkerException) return cause;
      if (cause instanceof AuthorizationException denied) {
        var words = RightsCheck.words(denied, kafka, "READ or WRITE", lane);
        return new WorkerException(words + "; grant it and start again", cause);
      }
      if (cause instanceof AuthenticationException) {
        return new WorkerException(
            "not authenticated: " + cause.getMessage() + "; check the credentials and start again",
            cause);
      }
      if (cause instanceof ConfigException) {
        return new WorkerException(
            "can't use the Kafka client settings: " + ClientTrial.words(cause), cause);
      }
      if (cause instanceof InvalidTxnTimeoutException) {
        return new WorkerException(transactionTooLong("less"), cause);
      }
      if (cause instanceof UnsupportedAssignorException) {
        return new WorkerException(
            "the broker does not have the assignor that the setting group.remote.assignor names: "
                + cause.getMessage(),
            cause);
      }
      if (cause instanceof IllegalStateException || cause instanceof Error) return cause; // a bug
      if (cause instanceof ApiException) return null;
    }
    return null;
  }

  /// The line about a broker that allows only shorter transactions than lanes have.
  public static String transactionTooLong(String allowed) {
    return "the broker's transaction.max.timeout.ms is %s, lanes need %d ms; raise it"
        .formatted(allowed, ClientSettings.TRANSACTION.toMillis());
  }

  /// The line about an assignor that the broker does not have.
  public static String noSuchAssignor(Object wanted, String there) {
    return "the broker has no assignor '%s' (setting group.remote.assignor); it has %s"
        .formatted(wanted, there);
  }
}
