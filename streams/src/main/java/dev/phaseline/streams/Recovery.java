package dev.phaseline.streams;

import java.util.Set;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.errors.TaskMigratedException;

/// Recovery class of a failure: whether, and how often, it helps to begin again where the last
/// commit ended. Told by the causes, because Kafka Streams wraps whatever is thrown while a store
/// is written into an exception about the store, a broker's silence too.
enum Recovery {
  /// Brokers are away or slow, or another member took over. Brokers come back, so such failures are
  /// not counted, however many there are.
  UNBOUNDED,
  /// Perhaps a passing trouble, such as a full disk, perhaps a bug that repeats at the same record.
  BOUNDED,
  /// Nothing changes by itself: another member has the same name, rights are missing, the process
  /// is out of memory.
  NONE;

  /// Errors that brokers repeat at each retry. All other refusals are of the moment: no leader, no
  /// coordinator, too few copies, too few brokers for a new topic, fenced, unknown.
  private static final Set<Class<? extends ApiException>> REFUSED_EACH_TIME =
      Set.of(
          InvalidConfigurationException.class,
          InvalidRecordException.class,
          InvalidTimestampException.class,
          InvalidTopicException.class,
          PolicyViolationException.class,
          RecordBatchTooLargeException.class,
          RecordTooLargeException.class,
          UnsupportedForMessageFormatException.class,
          UnsupportedVersionException.class);

  static Recovery of(Throwable thrown) {
    var causes = CausalChain.of(thrown);
    if (causes.stream().anyMatch(Recovery::isFinal)) return NONE;
    return causes.stream().anyMatch(Recovery::isOfBrokers) ? UNBOUNDED : BOUNDED;
  }

  private static boolean isFinal(Throwable cause) {
    return cause instanceof FencedInstanceIdException
        || cause instanceof AuthorizationException
        || cause instanceof AuthenticationException
        || cause instanceof Error;
  }

  private static boolean isOfBrokers(Throwable cause) {
    if (cause instanceof TaskMigratedException || cause instanceof TaskCorruptedException) {
      return true;
    }
    return cause instanceof ApiException && !REFUSED_EACH_TIME.contains(cause.getClass());
  }
}
