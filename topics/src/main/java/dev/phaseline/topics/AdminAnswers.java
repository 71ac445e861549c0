package dev.phaseline.topics;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
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
  /// @throws ExecutionException when the cluster refuses; its cause is Kafka's exception
  /// @throws ClusterException when it does not answer, or not to us
  public static <T> T to(String what, @Nullable KafkaFuture<T> answer) throws ExecutionException {
    return to(what, answer, WAIT_MAX);
  }

  private static <T> T to(String what, @Nullable KafkaFuture<T> answer, Duration most)
      throws ExecutionException {
    try {
      return await(what, answer, most);
    } catch (TimeoutException slow) {
      throw silent(what, slow);
    } catch (ExecutionException refused) {
      var cause = refused.getCause();
      if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw silent(what, cause);
      }
      throw refused;
    }
  }

  /// The answer about a topic, which may be deleted meanwhile; empty when it is not there.
  ///
  /// @throws ClusterException when the cluster refuses for another reason, or does not answer, or
  ///   not to us
  public static <T> Optional<T> ifThere(String what, @Nullable KafkaFuture<T> answer) {
    return ifThere(what, answer, WAIT_MAX);
  }

  /// The answer about a topic, which may be deleted meanwhile, within this time; empty when it is
  /// not there.
  ///
  /// @throws ClusterException as without a time
  public static <T> Optional<T> ifThere(
      String what, @Nullable KafkaFuture<T> answer, Duration most) {
    try {
      return Optional.of(to(what, answer, most));
    } catch (ExecutionException refused) {
      if (refused.getCause() instanceof UnknownTopicOrPartitionException) return Optional.empty();
      throw refused(what, refused);
    }
  }

  /// The answer of a place that may be silent alone; empty when it is away, or did not answer in
  /// time.
  ///
  /// @param what what was asked, for the message
  /// @param most how long it may take from now on
  /// @throws ExecutionException when it is refused for another reason
  /// @throws ClusterException when it does not answer to us
  public static <T> Optional<T> inTime(String what, @Nullable KafkaFuture<T> answer, Duration most)
      throws ExecutionException {
    try {
      return Optional.of(await(what, answer, most));
    } catch (TimeoutException slow) {
      return Optional.empty();
    } catch (ExecutionException refused) {
      if (refused.getCause() instanceof RetriableException) return Optional.empty();
      throw refused;
    }
  }

  private static <T> T await(String what, @Nullable KafkaFuture<T> answer, Duration most)
      throws ExecutionException, TimeoutException {
    try {
      return Objects.requireNonNull(answer, what).get(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while asking Kafka to " + what, interrupted);
    } catch (ExecutionException refused) {
      var cause = refused.getCause();
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
  /// @throws ClusterException when the cluster refuses, or does not answer, or not to us
  public static <T> T sure(String what, KafkaFuture<T> answer) {
    return sure(what, answer, WAIT_MAX);
  }

  /// The answer, within this time; a no is a [ClusterException].
  ///
  /// @throws ClusterException when the cluster refuses, or does not answer, or not to us
  public static <T> T sure(String what, KafkaFuture<T> answer, Duration most) {
    try {
      return to(what, answer, most);
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
