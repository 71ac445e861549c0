package dev.phaseline.worker.takeover;

import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.worker.WorkerConfig;
import dev.phaseline.worker.client.ClientSettings;
import dev.phaseline.worker.telemetry.LaneState;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Detection of records that lanes wait for and that are hidden behind an open transaction: a
/// consumer of committed records sees an empty partition and can't know. Whose transaction it is,
/// and whether it hangs, `phaseline transactions` finds out.
///
/// A thread of its own: no lane waits for its answers.
public final class HiddenRecords implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(HiddenRecords.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(3);

  /// Longer than a lane's own transaction may stay open: what lasts longer is worth a word.
  static final Duration PATIENCE = ClientSettings.TRANSACTION.plusSeconds(5);

  private final Map<String, Object> settings;
  private final List<LaneState> lanes;
  private final Thread thread;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private Map<TopicPartition, Standstill> standing = Map.of();

  public HiddenRecords(WorkerConfig config, List<LaneState> lanes) {
    this.lanes = lanes;
    settings = ClientSettings.admin(config, "hidden-" + config.server(), ANSWER);
    thread = Thread.ofPlatform().daemon().name("hidden-" + config.server()).unstarted(this);
  }

  /// The offset at which committed reads end although there is more, and the time since then.
  ///
  /// @param stable the first offset that can't be read
  /// @param sinceNanos when that was seen first
  record Standstill(long stable, long sinceNanos) {}

  public void start() {
    thread.start();
  }

  public void stop() {
    stopping.countDown();
  }

  /// Waits for the end.
  ///
  /// @return whether it came in time
  public boolean join(Duration wait) throws InterruptedException {
    return thread.join(wait);
  }

  @Override
  public void run() {
    Admin admin = null;
    try {
      while (!stopping.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        if (admin == null) admin = Admin.create(settings);
        look(admin);
      }
    } catch (InterruptedException stopped) {
      LOG.debug("stopped");
    } finally {
      if (admin != null) admin.close(Duration.ZERO);
    }
  }

  private void look(Admin admin) throws InterruptedException {
    var partitions = new HashMap<TopicPartition, OffsetSpec>();
    for (var lane : lanes) {
      for (var number : lane.report().positions().keySet()) {
        partitions.put(new TopicPartition(lane.topic(), number), OffsetSpec.latest());
      }
    }
    try {
      var readable = ends(admin, partitions, IsolationLevel.READ_COMMITTED);
      var written = ends(admin, partitions, IsolationLevel.READ_UNCOMMITTED);
      standing = seen(standing, readable, written, System.nanoTime());
    } catch (KafkaException notNow) {
      LOG.debug("can't see now whether records are hidden", notNow);
      return; // what was seen still holds, and grows older
    } catch (RuntimeException bug) {
      LOG.error("can't see whether records are hidden", bug);
      return;
    }
    for (var lane : lanes) lane.report().hidden(words(of(lane), System.nanoTime()));
  }

  private static Map<TopicPartition, Long> ends(
      Admin admin, Map<TopicPartition, OffsetSpec> partitions, IsolationLevel isolation)
      throws InterruptedException {
    var asked = admin.listOffsets(partitions, new ListOffsetsOptions(isolation)).all();
    var ends = new HashMap<TopicPartition, Long>();
    AbandonedTransactions.answer(asked, System.nanoTime() + ANSWER.toNanos())
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  /// Partitions that stand still now, and since when: what stood at the same offset before is as
  /// old as that.
  static Map<TopicPartition, Standstill> seen(
      Map<TopicPartition, Standstill> before,
      Map<TopicPartition, Long> readable,
      Map<TopicPartition, Long> written,
      long nowNanos) {
    var seen = new HashMap<TopicPartition, Standstill>();
    written.forEach(
        (partition, end) -> {
          var stable = readable.getOrDefault(partition, end);
          if (stable >= end) return;
          var last = before.get(partition);
          var since = last != null && last.stable() == stable ? last.sinceNanos() : nowNanos;
          seen.put(partition, new Standstill(stable, since));
        });
    return seen;
  }

  private Map<Integer, Standstill> of(LaneState lane) {
    var its = new HashMap<Integer, Standstill>();
    Set<Integer> has = lane.report().positions().keySet();
    standing.forEach(
        (partition, standstill) -> {
          if (partition.topic().equals(lane.topic()) && has.contains(partition.partition())) {
            its.put(partition.partition(), standstill);
          }
        });
    return its;
  }

  /// Text about a lane's hidden records; empty while all are hidden for less than [#PATIENCE].
  static String words(Map<Integer, Standstill> partitions, long nowNanos) {
    var old = new TreeMap<Integer, Standstill>();
    partitions.forEach(
        (partition, standstill) -> {
          if (nowNanos - standstill.sinceNanos() >= PATIENCE.toNanos()) {
            old.put(partition, standstill);
          }
        });
    var first = old.firstEntry();
    if (first == null) return "";
    var seconds = TimeUnit.NANOSECONDS.toSeconds(nowNanos - first.getValue().sinceNanos());
    return "records of partition "
        + first.getKey()
        + " from offset "
        + first.getValue().stable()
        + " on have been hidden for "
        + seconds
        + " s by a transaction that has not ended"
        + (old.size() == 1 ? "" : ", and of " + (old.size() - 1) + " more")
        + "; "
        + Heartbeat.SEE_TRANSACTIONS;
  }
}
