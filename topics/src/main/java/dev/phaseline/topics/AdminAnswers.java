package dev.phaseline.topics;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;

/// The answers of an admin client, waited for with a bound, because Kafka's futures have none; each
/// failure is worded as what was asked and what to do. Stateless, any thread may ask and is held
/// up.
public final class AdminAnswers {
  /// No answer takes longer unless something is broken.
  public static final Duration WAIT_MAX = Duration.ofSeconds(30);

  private AdminAnswers() {}

  /// The answer.
  ///
  /// @param what what was asked, for the message
  /// @param answer never null; the admin client's maps just don't say so
  /// @throws ExecutionException when the cluster says no; its cause is Kafka's exception
  /// @throws ClusterException when it does not answer, or not to us
  public static <T> T to(String what, @Nullable KafkaFuture<T> answer) throws ExecutionException {
    try {
      return Objects.requireNonNull(answer, what).get(WAIT_MAX.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException slow) {
      throw silent(what, slow);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while asking Kafka to " + what, interrupted);
    } catch (ExecutionException refused) {
      var cause = refused.getCause();
      if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw silent(what, cause);
      }
      if (cause instanceof AuthorizationException || cause instanceof AuthenticationException) {
        throw new ClusterException(
            "not authorised to "
                + what
                + ": "
                + cause.getMessage()
                + "; check this client's"
                + " credentials and rights",
            cause);
      }
      throw refused;
    }
  }

  /// The answer; a no is a [ClusterException].
  ///
  /// @throws ClusterException when the cluster says no, or does not answer, or not to us
  public static <T> T sure(String what, KafkaFuture<T> answer) {
    try {
      return to(what, answer);
    } catch (ExecutionException refused) {
      throw refused(what, refused);
    }
  }

  /// The exception for a no of the cluster.
  ///
  /// @param what what was asked, for the message
  public static ClusterException refused(String what, ExecutionException refused) {
    var cause = refused.getCause() == null ? refused : refused.getCause();
    return new ClusterException("Kafka refused to " + what + ": " + cause.getMessage(), cause);
  }

  private static ClusterException silent(String what, Throwable cause) {
    return new ClusterException(
        "Kafka did not answer when asked to "
            + what
            + "; check that it runs, and the setting"
            + " bootstrap.servers",
        cause);
  }
}
