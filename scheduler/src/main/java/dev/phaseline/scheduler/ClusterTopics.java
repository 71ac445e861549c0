package dev.phaseline.scheduler;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/// Asks the cluster about target topics, and remembers the answers for a short while: a record that
/// is sent to a topic which is not there holds up everything else for seconds. One request tells
/// both whether a topic is there and what it takes.
///
/// Thread-safe.
final class ClusterTopics implements TargetTopics, AutoCloseable {
  private static final Duration FRESH = Duration.ofSeconds(2);
  private static final Duration USABLE = Duration.ofSeconds(10);
  private static final Duration WAIT = Duration.ofSeconds(5);

  /// More topics than that are not remembered: their names are made up.
  private static final int KNOWN_MAX = 10_000;

  private final Admin admin;
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private final AtomicBoolean asking = new AtomicBoolean();

  /// @param bytesMax as [TargetTopics#bytesMax]
  /// @param atNanos when it was known
  private record Known(int bytesMax, long atNanos) {
    boolean youngerThan(Duration age) {
      return System.nanoTime() - atNanos < age.toNanos();
    }
  }

  /// @param admin is closed with this
  ClusterTopics(Admin admin) {
    this.admin = admin;
  }

  Admin admin() {
    return admin;
  }

  @Override
  public int bytesMax(String topic) {
    var known = this.known.get(topic);
    if (known != null && known.youngerThan(FRESH)) return known.bytesMax();
    if (known != null && known.youngerThan(USABLE) && known.bytesMax() != MISSING) {
      askMeanwhile();
      return known.bytesMax();
    }
    return ask(topic);
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }

  private int ask(String topic) {
    try {
      var config = answers(List.of(topic)).get(topic);
      if (config == null) return UNKNOWN;
      return learn(topic, config.get(WAIT.toMillis(), TimeUnit.MILLISECONDS), null);
    } catch (ExecutionException refused) {
      return learn(topic, null, refused.getCause());
    } catch (TimeoutException silent) {
      return UNKNOWN;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return UNKNOWN;
    }
  }

  /// Asks about everything that is in use; the answers are there for the next timers.
  private void askMeanwhile() {
    if (!asking.compareAndSet(false, true)) return;
    known.values().removeIf(one -> !one.youngerThan(USABLE));
    var all = answers(known.keySet());
    var open = new AtomicInteger(all.size());
    if (all.isEmpty()) asking.set(false);
    all.forEach(
        (topic, answer) -> {
          var _ =
              answer.whenComplete(
                  (config, refused) -> {
                    var _ = learn(topic, config, refused);
                    if (open.decrementAndGet() == 0) asking.set(false);
                  });
        });
  }

  private Map<String, KafkaFuture<Config>> answers(Collection<String> topics) {
    var resources =
        topics.stream().map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic)).toList();
    var byName = new ConcurrentHashMap<String, KafkaFuture<Config>>();
    admin
        .describeConfigs(resources)
        .values()
        .forEach((resource, answer) -> byName.put(resource.name(), answer));
    return byName;
  }

  private int learn(String topic, @Nullable Config config, @Nullable Throwable refused) {
    var bytesMax = config == null ? said(refused) : bytesMax(config);
    if (bytesMax == UNKNOWN) return UNKNOWN;
    if (known.size() < KNOWN_MAX || known.containsKey(topic)) {
      known.put(topic, new Known(bytesMax, System.nanoTime()));
    }
    return bytesMax;
  }

  private static int said(@Nullable Throwable refused) {
    return switch (refused) {
      case UnknownTopicOrPartitionException e -> MISSING;
      case InvalidTopicException e -> MISSING;
      // Then what may be written is found out by writing it.
      case AuthorizationException e -> TimerTopology.STORED_BYTES_MAX;
      case null, default -> UNKNOWN;
    };
  }

  private static int bytesMax(Config config) {
    var entry = config.get("max.message.bytes");
    return entry == null
        ? TimerTopology.STORED_BYTES_MAX
        : Math.min(Integer.parseInt(entry.value()), TimerTopology.STORED_BYTES_MAX);
  }
}
