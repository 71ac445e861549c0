package dev.phaseline.ops.tracker;

import dev.phaseline.ops.ClusterException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// What must be true before a tracker may start, asked of the broker, or made to be.
///
/// @param config what it is told
record StartCheck(TrackerConfig config) {
  private static final short TRANSACTION_VERSION_MIN = 2;

  /// @throws TrackerException naming what is wrong and the remedy
  void check() {
    try (var admin = admin()) {
      features(admin);
      topics(admin);
      new OwnTopics(config).ensure(admin);
    } catch (ClusterException refused) {
      throw new TrackerException(
          "can't make the tracker's own topics: " + refused.getMessage(), refused);
    }
  }

  private Admin admin() {
    var properties = new HashMap<>(config.kafka());
    var waitMs = (int) Math.max(1_000, config.tuning().startWait().toMillis());
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, waitMs);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(5_000, waitMs));
    properties.put(
        AdminClientConfig.CLIENT_ID_CONFIG, "phaseline-tracker-" + config.name() + "-check");
    try {
      return Admin.create(properties);
    } catch (KafkaException unusable) {
      throw new TrackerException(
          "can't use the Kafka client settings: " + Reasons.of(unusable), unusable);
    }
  }

  private void features(Admin admin) {
    Map<String, FinalizedVersionRange> features;
    try {
      features = answer(admin.describeFeatures().featureMetadata()).finalizedFeatures();
    } catch (ExecutionException refused) {
      throw refused(refused);
    }
    var version = features.get("transaction.version");
    var level = version == null ? 0 : version.maxVersionLevel();
    if (level < TRANSACTION_VERSION_MIN) {
      throw new TrackerException(
          "the broker's feature transaction.version is "
              + level
              + ", 2 is needed (before it, transactions could be torn); upgrade with"
              + " kafka-features upgrade --feature transaction.version=2",
          null);
    }
  }

  private void topics(Admin admin) {
    var wanted = List.of(config.names().timers(), config.names().jobs());
    var missing = new TreeSet<String>();
    admin
        .describeTopics(wanted)
        .topicNameValues()
        .forEach(
            (topic, found) -> {
              try {
                var _ = answer(found);
              } catch (ExecutionException refused) {
                if (!(refused.getCause() instanceof UnknownTopicOrPartitionException)) {
                  throw refused(refused);
                }
                missing.add(topic);
              }
            });
    if (missing.isEmpty()) return;
    throw new TrackerException(
        "namespace '"
            + config.names().namespace()
            + "' has no topic "
            + String.join(", ", missing)
            + "; create "
            + (missing.size() == 1 ? "it" : "them")
            + " with `phaseline topics create`",
        null);
  }

  private <T> T answer(KafkaFuture<T> future) throws ExecutionException {
    try {
      return future.get(config.tuning().startWait().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException silent) {
      throw unreachable(silent);
    } catch (ExecutionException refused) {
      if (refused.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw unreachable(refused);
      }
      throw refused;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new TrackerException("interrupted while starting", stop);
    }
  }

  private TrackerException unreachable(Exception silent) {
    return new TrackerException(
        "no broker answers at "
            + config.kafka().get("bootstrap.servers")
            + " within "
            + config.tuning().startWait().toSeconds()
            + " s; is it running, and is the address right?",
        silent);
  }

  private static TrackerException refused(ExecutionException refused) {
    return new TrackerException("the broker refuses: " + Reasons.of(refused), refused);
  }
}
