package dev.phaseline.ops.tracker;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Kafka's ids of all topics, looked at again and again: a topic that was deleted and made anew has
/// its old name and another id, and its offsets begin anew. Thread-safe.
final class TopicIds implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicIds.class);
  private static final Duration EVERY = Duration.ofSeconds(5);

  /// Records can name topics that there are not, as many as somebody likes.
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final Supplier<Map<String, Uuid>> ask;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("tracker-topic-ids").daemon().factory());
  private volatile long lookedNanos = System.nanoTime() - AGAIN.toNanos();
  private volatile Known known = new Known(0, Map.of());

  /// Snapshot of the ids.
  ///
  /// @param version one more with each change
  /// @param ids by topic
  record Known(int version, Map<String, Uuid> ids) {
    /// Whether the topic has become another one since then.
    boolean hasReplaced(String topic, Known now) {
      var before = ids.get(topic);
      var is = now.ids.get(topic);
      return before != null && is != null && !before.equals(is);
    }
  }

  /// @param ask brings the ids of all topics by name; throws when brokers don't answer
  TopicIds(Supplier<Map<String, Uuid>> ask) {
    this.ask = ask;
  }

  /// Looks for the first time, and from then on every 5 s.
  void start() {
    look();
    var _ =
        thread.scheduleWithFixedDelay(
            this::look, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Looks now. What was known stays when brokers don't answer: a topic that can't be seen is not
  /// taken for one that is gone.
  synchronized void look() {
    lookedNanos = System.nanoTime();
    try {
      var before = known;
      var now = new Known(before.version() + 1, Map.copyOf(ask.get()));
      if (now.ids().equals(before.ids())) return;
      for (var topic : before.ids().keySet()) {
        if (before.hasReplaced(topic, now)) LOG.warn("topic {} was deleted and made anew", topic);
      }
      known = now;
    } catch (RuntimeException noAnswer) {
      LOG.debug("the ids of topics are those of before", noAnswer);
    }
  }

  /// All that are known.
  Known all() {
    return known;
  }

  /// A topic's mark; asks when the topic is new. 0: not known.
  int markOf(String topic) {
    var id = known.ids().get(topic);
    if (id == null && System.nanoTime() - lookedNanos > AGAIN.toNanos()) {
      look();
      id = known.ids().get(topic);
    }
    return id == null ? 0 : mark(id);
  }

  /// A topic's id in few bytes, as it is stored beside each record; never 0.
  static int mark(Uuid id) {
    var hash = id.hashCode();
    return hash == 0 ? 1 : hash;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
