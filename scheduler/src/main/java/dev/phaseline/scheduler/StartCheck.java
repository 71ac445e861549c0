package dev.phaseline.scheduler;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// What must be true before a scheduler may start, asked of the broker.
///
/// @param config what it is told
/// @param admin stays the caller's to close
record StartCheck(TimerConfig config, Admin admin) {
  private static final short TRANSACTION_VERSION_MIN = 2;

  /// What a dead timer has more than the record that it was.
  private static final int DEAD_ROOM_BYTES = 2_048;

  /// @throws SchedulerException naming what is wrong and the remedy
  void check() {
    features();
    var names = config.names();
    var limits = limits(List.of(names.timers(), names.timersDead()));
    var timers = limits.getOrDefault(names.timers(), 0);
    var dead = limits.getOrDefault(names.timersDead(), 0);
    if (dead < timers + DEAD_ROOM_BYTES) {
      throw new SchedulerException(
          "topic %s takes records of %,d bytes, but must take those of %s (%,d) and %,d more;"
                  .formatted(names.timersDead(), dead, names.timers(), timers, DEAD_ROOM_BYTES)
              + " raise its max.message.bytes with kafka-configs",
          null);
    }
  }

  private void features() {
    Map<String, org.apache.kafka.clients.admin.FinalizedVersionRange> features;
    try {
      features = answer(admin.describeFeatures().featureMetadata()).finalizedFeatures();
    } catch (ExecutionException refused) {
      throw refused(refused);
    }
    var version = features.get("transaction.version");
    var level = version == null ? 0 : version.maxVersionLevel();
    if (level < TRANSACTION_VERSION_MIN) {
      throw new SchedulerException(
          "the broker's feature transaction.version is "
              + level
              + ", 2 is needed (before it, transactions could be torn); upgrade with"
              + " kafka-features upgrade --feature transaction.version=2",
          null);
    }
  }

  private Map<String, Integer> limits(List<String> topics) {
    var resources =
        topics.stream().map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic)).toList();
    var limits = new java.util.HashMap<String, Integer>();
    var missing = new TreeSet<String>();
    admin
        .describeConfigs(resources)
        .values()
        .forEach(
            (topic, found) -> {
              try {
                limits.put(topic.name(), bytesMax(answer(found)));
              } catch (ExecutionException refused) {
                if (!(refused.getCause() instanceof UnknownTopicOrPartitionException)) {
                  throw refused(refused);
                }
                missing.add(topic.name());
              }
            });
    if (missing.isEmpty()) return limits;
    throw new SchedulerException(
        "namespace '"
            + config.names().namespace()
            + "' has no topic "
            + String.join(", ", missing)
            + "; create "
            + (missing.size() == 1 ? "it" : "them")
            + " with `phaseline topics create`",
        null);
  }

  private static int bytesMax(Config topic) {
    var entry = topic.get("max.message.bytes");
    return entry == null ? 0 : Integer.parseInt(entry.value());
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
      throw new SchedulerException("interrupted while starting", stop);
    }
  }

  private SchedulerException unreachable(Exception silent) {
    return new SchedulerException(
        "no broker answers at "
            + config.kafka().get("bootstrap.servers")
            + " within "
            + config.tuning().startWait().toSeconds()
            + " s; is it running, and is the address right?",
        silent);
  }

  private static SchedulerException refused(ExecutionException refused) {
    return new SchedulerException("the broker refuses: " + Reasons.of(refused), refused);
  }
}
