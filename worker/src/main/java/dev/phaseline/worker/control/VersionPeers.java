package dev.phaseline.worker.control;

import dev.phaseline.schemas.RightsCheck;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.schemas.control.RunState;
import dev.phaseline.schemas.control.UnreadableControlException;
import dev.phaseline.schemas.reading.GuardedConsumer;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.WorkerConfig;
import dev.phaseline.worker.client.ClientSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Versions of pipelines that other workers have, from their heartbeats. A lane asks for them while
/// it holds items of a version that this worker lacks. The heartbeats are read only while lanes
/// ask, and the client is closed soon after the last question: most workers never need one.
///
/// A thread of its own, so that no lane waits for an answer. [#of] is thread-safe.
public final class VersionPeers implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(VersionPeers.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration CLOSE = Duration.ofSeconds(2);
  private static final Duration REST = Duration.ofSeconds(5);

  /// Time after which a worker without a heartbeat is not counted on.
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long ASKED_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final WorkerConfig config;
  private final Thread thread;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Semaphore asked = new Semaphore(0);
  private final Map<String, Heard> heard = new ConcurrentHashMap<>();
  private volatile long askedNanos;
  private volatile String trouble = "";

  /// A heartbeat, and when it came.
  private record Heard(Heartbeat beat, long nanos) {}

  /// Another worker that handles items of a phase, or would if it were not away.
  ///
  /// @param server its name
  /// @param versions the versions that it has, and those that it misses
  public record Peer(String server, Heartbeat.Versions versions) {}

  /// State of the other workers of a phase.
  ///
  /// @param peers those that work, as far as they are known
  /// @param trouble why they can't be seen, in words; empty when they can
  public record Seen(List<Peer> peers, String trouble) {
    public Seen {
      peers = List.copyOf(peers);
    }
  }

  /// A reader that is not started.
  public VersionPeers(WorkerConfig config) {
    this.config = config;
    this.thread = Thread.ofPlatform().daemon().name("peers-" + config.server()).unstarted(this);
  }

  public void start() {
    thread.start();
  }

  /// Asks it to end.
  public void stop() {
    stopping.countDown();
    asked.release();
  }

  /// Waits for the end.
  ///
  /// @return whether it came in time
  public boolean join(Duration wait) throws InterruptedException {
    return thread.join(wait);
  }

  /// The other workers that work on a phase, as far as they are known: the first question begins
  /// the reading, which takes a second or two. Never waits.
  public Seen of(Placement placement) {
    var now = System.nanoTime();
    askedNanos = now;
    if (asked.availablePermits() == 0) asked.release();
    var peers = new ArrayList<Peer>();
    for (var each : heard.values()) {
      if (now - each.nanos() > FRESH_NANOS) continue;
      for (var phase : each.beat().phases()) {
        var works = phase.run() == RunState.RUNNING && phase.permits() > 0;
        if (!works
            || !phase.phase().equals(placement.phase())
            || !phase.pipeline().equals(placement.pipeline().name())) continue;
        peers.add(new Peer(each.beat().server(), phase.versions()));
      }
    }
    return new Seen(peers, trouble);
  }

  @Override
  public void run() {
    try {
      while (true) {
        asked.acquire();
        if (isStopping()) return;
        if (System.nanoTime() - askedNanos > ASKED_NANOS) continue;
        if (readWhileAsked()) continue;
        var _ = stopping.await(REST.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException stopped) {
      LOG.debug("stopped");
    }
  }

  /// Whether it ended because no lane asks any more, and not for a failure.
  private boolean readWhileAsked() {
    try {
      var settings = ClientSettings.control(config, "peers");
      var consumer = new GuardedConsumer(settings, (_, _, _) -> true);
      try {
        read(consumer);
      } finally {
        heard.clear(); // what is not followed any more grows old without a word
        consumer.close(CloseOptions.timeout(CLOSE));
      }
      return true;
    } catch (AuthorizationException denied) {
      trouble = RightsCheck.words(denied, config.kafka(), "READ", null) + "; grant it";
    } catch (KafkaException lost) {
      trouble = String.valueOf(lost.getMessage());
    } catch (RuntimeException bug) {
      trouble = bug.toString();
      LOG.error("can't read the heartbeats of other workers", bug);
    }
    return false;
  }

  private void read(GuardedConsumer consumer) {
    var topic = config.topics().workers();
    var partitions = new ArrayList<TopicPartition>();
    for (var info : consumer.partitionsFor(topic)) {
      partitions.add(new TopicPartition(topic, info.partition()));
    }
    if (partitions.isEmpty()) throw new KafkaException("there is no topic " + topic);
    consumer.assign(partitions);
    consumer.seekToEnd(partitions); // those that live say so within a second
    while (!isStopping() && System.nanoTime() - askedNanos < ASKED_NANOS) {
      for (var record : consumer.poll(POLL)) hear(record);
      trouble = "";
    }
  }

  private void hear(ConsumerRecord<byte[], byte[]> record) {
    try {
      var beat = Heartbeat.read(record.value());
      if (beat.server().equals(config.server())) return;
      if (beat.stopped()) heard.remove(beat.server());
      else heard.put(beat.server(), new Heard(beat, System.nanoTime()));
    } catch (UnreadableControlException newerOrMalformed) {
      LOG.debug("a heartbeat can't be read: {}", newerOrMalformed.getMessage());
    }
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }
}
