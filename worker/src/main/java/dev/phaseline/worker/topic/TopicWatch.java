package dev.phaseline.worker.topic;

import dev.phaseline.worker.WorkerConfig;
import dev.phaseline.worker.client.ClientSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The facts of Kafka about a worker's topics, looked at again every few seconds and whenever
/// something contradicts them: how large and old records may be, whether a topic is there, whether
/// it keeps what is written to it. What was true at the start need not be true for as long as the
/// worker runs. A thread of its own, so that no lane waits for an answer. Thread-safe.
public final class TopicWatch implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicWatch.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final Duration FRESH_WAIT = Duration.ofSeconds(3);

  private final Map<String, Object> settings;
  private final Set<String> topics;
  private final Map<String, KeyPlaces> keys = new HashMap<>(); // filled once
  private final Thread thread;
  private final Semaphore wanted = new Semaphore(0);
  private final Object looks = new Object();
  private long begun; // guarded by looks
  private long done; // guarded by looks
  private volatile TopicLimits limits;
  private volatile Map<String, String> troubles = Map.of();
  private volatile boolean stopping;
  private @Nullable Admin admin; // guarded by this
  private boolean closed; // guarded by this

  /// A watch over these topics, not started.
  ///
  /// @param known what was true at the start
  public TopicWatch(WorkerConfig config, Collection<String> topics, TopicLimits known) {
    this.settings = ClientSettings.admin(config, "topics-" + config.server(), ANSWER);
    this.topics = Set.copyOf(topics);
    this.limits = known;
    var byDefault = !config.kafka().containsKey(ProducerConfig.PARTITIONER_CLASS_CONFIG);
    for (var topic : this.topics) {
      keys.put(topic, new KeyPlaces(topic, byDefault, System.nanoTime()));
    }
    this.thread = Thread.ofPlatform().daemon().name("topics-" + config.server()).unstarted(this);
  }

  public void start() {
    lookNow(); // how many partitions there are is not known yet
    thread.start();
  }

  /// Asks it to end; questions are no longer answered.
  public void stop() {
    stopping = true;
    wanted.release();
    synchronized (this) {
      closed = true;
      if (admin != null) admin.close(Duration.ZERO);
      admin = null;
    }
  }

  /// Waits for the end.
  ///
  /// @return whether it came in time
  public boolean join(Duration wait) throws InterruptedException {
    return thread.join(wait);
  }

  /// The size limits of records, as far as known.
  public TopicLimits limits() {
    return limits;
  }

  /// The sources of one topic's keys, over all lanes that read it here.
  public KeyPlaces keysOf(String topic) {
    return Objects.requireNonNull(keys.get(topic), topic);
  }

  /// Starts a look at once; does not wait.
  public void lookNow() {
    wanted.release();
  }

  /// The size limits of records, as of a look that began after this call. Waits for it, but not for
  /// long: without an answer what is known holds.
  public TopicLimits freshLimits() {
    var end = System.nanoTime() + FRESH_WAIT.toNanos();
    synchronized (looks) {
      var awaited = begun + 1;
      lookNow();
      try {
        while (done < awaited) {
          var leftMs = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
          if (leftMs <= 0 || stopping) break;
          looks.wait(leftMs);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return limits;
  }

  /// The id of a topic, asked now. Does not wait.
  ///
  /// @throws KafkaException when the worker has been closed
  public KafkaFuture<UUID> idOf(String topic) {
    var described = admin().describeTopics(List.of(topic)).topicNameValues().get(topic);
    return Objects.requireNonNull(described).thenApply(found -> uuid(found.topicId()));
  }

  private static UUID uuid(Uuid id) {
    return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  /// Problem of the first of these topics that has one, in words; empty when none has.
  public String trouble(Collection<String> of) {
    var seen = troubles;
    if (seen.isEmpty()) return "";
    for (var topic : of) {
      var words = seen.get(topic);
      if (words != null) return words;
    }
    return "";
  }

  @Override
  public void run() {
    try {
      while (!stopping) {
        var _ = wanted.tryAcquire(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        wanted.drainPermits(); // one look answers all who want one
        if (!stopping) look();
      }
    } catch (InterruptedException stopped) {
      LOG.debug("stopped");
    }
  }

  private void look() throws InterruptedException {
    long number;
    synchronized (looks) {
      number = ++begun;
    }
    try {
      see();
    } catch (KafkaException notNow) {
      LOG.debug("can't look at the topics now", notNow);
    } catch (RuntimeException bug) {
      LOG.error("can't look at the topics", bug);
    } finally {
      synchronized (looks) {
        done = number;
        looks.notifyAll();
      }
    }
  }

  private void see() throws InterruptedException {
    var asked = admin().describeTopics(topics).topicNameValues();
    var found = new TreeMap<String, String>();
    var there = new HashMap<ConfigResource, String>();
    for (var each : asked.entrySet()) {
      var partitions = partitions(each.getValue());
      if (partitions > 0) {
        keysOf(each.getKey()).partitions(partitions);
        there.put(new ConfigResource(ConfigResource.Type.TOPIC, each.getKey()), each.getKey());
      } else found.put(each.getKey(), TopicGuard.gone(each.getKey()));
    }
    var sizes = new HashMap<>(limits.messageBytesMax());
    var kept = new HashMap<>(limits.keptMs());
    for (var each : admin().describeConfigs(there.keySet()).values().entrySet()) {
      var name = each.getKey().name();
      var config = answer(each.getValue());
      sizes.put(name, TopicFacts.messageBytesMax(config));
      kept.put(name, TopicFacts.keptMs(config));
      var unsafe = TopicFacts.forgets(name, config);
      if (!unsafe.isEmpty()) found.put(name, unsafe);
    }
    limits = new TopicLimits(sizes, kept, limits.requestBytesMax());
    troubles = Map.copyOf(found);
  }

  /// Number of the topic's partitions; 0 when the topic does not exist.
  private static int partitions(KafkaFuture<TopicDescription> asked) throws InterruptedException {
    try {
      return answer(asked).partitions().size();
    } catch (UnknownTopicOrPartitionException gone) {
      return 0;
    }
  }

  private static <T> T answer(KafkaFuture<T> asked) throws InterruptedException {
    try {
      return asked.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
    }
  }

  private synchronized Admin admin() {
    if (closed) throw new KafkaException("the worker has been closed");
    var present = admin;
    if (present == null) admin = present = Admin.create(settings);
    return present;
  }
}
