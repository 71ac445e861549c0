package dev.phaseline.streams;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The start of a service on Kafka Streams: what must be there, and what is said when it is not.
/// Everything that is wrong is told as the service's own exception, in one line with the remedy.
/// Thread-safe.
///
/// @param <E> the service's own exception
/// @param service who starts
/// @param kafka the settings of Kafka's clients
/// @param patience for how long brokers are waited for
/// @param refusal makes the exception
public record ServiceStart<E extends RuntimeException>(
    ServiceName service,
    Map<String, Object> kafka,
    Duration patience,
    ServiceFailureFactory<E> refusal) {
  private static final short TRANSACTION_VERSION_MIN = 2;
  private static final int REQUEST_MS_MAX = 5_000;

  /// More tasks than a service has.
  private static final int HEALED_MAX = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(ServiceStart.class);

  /// Makes the service's folder, if it is not there.
  public void makeFolder() {
    try {
      Files.createDirectories(service.stateDir());
    } catch (IOException unusable) {
      throw refusal.of(
          "the folder %s can't be made (%s); name one that this user can write"
              .formatted(service.stateDir(), unusable),
          unusable);
    }
  }

  /// A client for questions to the brokers; the caller closes it.
  ///
  /// @param purpose the end of its client id
  public Admin admin(String purpose) {
    var properties = new HashMap<>(kafka);
    var waitMs = (int) Math.max(1_000, patience.toMillis());
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, waitMs);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(REQUEST_MS_MAX, waitMs));
    properties.put(
        AdminClientConfig.CLIENT_ID_CONFIG,
        "phaseline-%s-%s-%s".formatted(service.kind(), service.name(), purpose));
    try {
      return Admin.create(properties);
    } catch (KafkaException unusable) {
      throw unusable(unusable);
    }
  }

  /// Kafka Streams with Kafka's own clients, not started; see the other.
  public KafkaStreams streams(Topology topology, Properties settings) {
    return streams(topology, settings, new DefaultKafkaClientSupplier());
  }

  /// Kafka Streams, not started. When it is made it takes hold of the folder, and of nothing else
  /// that could fail.
  ///
  /// @param clients makes its clients
  public KafkaStreams streams(Topology topology, Properties settings, KafkaClientSupplier clients) {
    try {
      return new KafkaStreams(topology, settings, clients);
    } catch (StreamsException unusable) {
      throw refusal.of(
          "the folder %s can't be used; if it is another %s's, name one of its own, otherwise make"
                  .formatted(service.stateDir(), service.kind())
              + " it writable (%s)".formatted(KafkaReasons.of(unusable)),
          unusable);
    } catch (KafkaException unusable) {
      throw unusable(unusable);
    }
  }

  /// Starts a service over local state that may be damaged: what is, is removed, and the start
  /// tried again, which restores it from Kafka.
  ///
  /// @param application the id of the Kafka Streams application
  /// @param attempt a whole start; leaves nothing open when it fails
  public <S> S overSoundState(String application, Supplier<S> attempt) {
    var folder = service.stateDir().resolve(application);
    for (var healed = 0; ; healed++) {
      try {
        return attempt.get();
      } catch (RuntimeException failed) {
        var damaged = StateDamage.folder(failed, folder);
        if (damaged.isEmpty() || healed >= HEALED_MAX) throw failed;
        remove(damaged.get(), failed);
      }
    }
  }

  private void remove(Path damaged, RuntimeException why) {
    LOG.warn(
        "the {} {} found damaged state and restores it from Kafka: {} ({})",
        service.kind(),
        service.name(),
        damaged,
        KafkaReasons.of(why));
    try {
      StateDamage.remove(damaged);
    } catch (IOException cannot) {
      why.addSuppressed(cannot);
      throw why;
    }
  }

  private E unusable(KafkaException settings) {
    return refusal.of(
        "can't use the Kafka client settings: " + KafkaReasons.of(settings), settings);
  }

  /// Refuses brokers on which transactions could be torn.
  public void needsWholeTransactions(Admin admin) {
    Map<String, FinalizedVersionRange> features;
    try {
      features = answer(admin.describeFeatures().featureMetadata()).finalizedFeatures();
    } catch (ExecutionException refused) {
      throw refused(refused);
    }
    var version = features.get("transaction.version");
    var level = version == null ? 0 : version.maxVersionLevel();
    if (level >= TRANSACTION_VERSION_MIN) return;
    throw refusal.of(
        "the broker's feature transaction.version is "
            + level
            + ", 2 is needed (before it, transactions could be torn); upgrade with"
            + " kafka-features upgrade --feature transaction.version=2",
        null);
  }

  /// Waits for what was asked of each topic, and refuses to go on when topics are missing.
  ///
  /// @param namespace theirs, to be named
  /// @param asked by topic
  /// @return the answers by topic
  public <T> Map<String, T> ofTopics(String namespace, Map<String, KafkaFuture<T>> asked) {
    var answers = new HashMap<String, T>();
    var missing = new TreeSet<String>();
    asked.forEach(
        (topic, found) -> {
          try {
            answers.put(topic, answer(found));
          } catch (ExecutionException refused) {
            if (!(refused.getCause() instanceof UnknownTopicOrPartitionException)) {
              throw refused(refused);
            }
            missing.add(topic);
          }
        });
    if (!missing.isEmpty()) throw missing(namespace, missing);
    return answers;
  }

  private E missing(String namespace, Collection<String> topics) {
    return refusal.of(
        "namespace '%s' has no topic %s; create %s with `phaseline topics create`"
            .formatted(namespace, String.join(", ", topics), topics.size() == 1 ? "it" : "them"),
        null);
  }

  /// Waits for an answer.
  ///
  /// @throws ExecutionException when brokers refuse: [#refused] puts it into words
  public <T> T answer(KafkaFuture<T> future) throws ExecutionException {
    try {
      return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException silent) {
      throw unreachable(silent);
    } catch (ExecutionException refused) {
      if (refused.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw unreachable(refused);
      }
      throw refused;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw refusal.of("interrupted while starting", stop);
    }
  }

  private E unreachable(Exception silent) {
    return refusal.of(
        "no broker answers at %s within %s s; is it running, and is the address right?"
            .formatted(kafka.get("bootstrap.servers"), patience.toSeconds()),
        silent);
  }

  /// Failure for a request that brokers refuse.
  public E refused(ExecutionException refused) {
    return refusal.of("the broker refuses: " + KafkaReasons.of(refused), refused);
  }

  /// Failure for any other cause.
  public E failed(Throwable thrown) {
    return refusal.of(KafkaReasons.of(service, thrown), thrown);
  }
}
