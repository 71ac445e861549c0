package dev.phaseline.worker.topic;

import dev.phaseline.schemas.control.Heartbeat;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.utils.Utils;

/// The partitions that keys of one topic come from: the order of a key is kept inside a partition,
/// so a key that comes from two of them is worth a word. Nothing is held up for it.
///
/// Two signs are looked for. One is proof: the same key from two partitions, where one process sees
/// both. The other needs one partition only: a record that is not where Kafka's default partitioner
/// puts its key. Producers may agree on another partitioner, but what is written here of such keys
/// (timers, redrives, jobs of our own client) goes by the default one all the same.
///
/// Memory is bounded: of the hashes of recent keys the newest of each slot. A key that is crowded
/// out is missed, none is suspected for it. Any thread; items do not wait for each other here.
public final class KeyPlaces {
  /// The least evidence that is worth a word. Once may be a single redrive.
  static final int SPLIT_MIN = 3;

  static final int MISPLACED_MIN = 10;
  static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(5);

  private static final int SLOTS = 4_096;
  private static final int KEY_BYTES_MAX = 1_024;
  private static final long PARTITION_BITS = (1L << 20) - 1;

  private final String topic;
  private final boolean byDefault;
  private final AtomicLongArray seen = new AtomicLongArray(SLOTS); // 44 bits of hash, partition + 1
  private final LongAdder keyed = new LongAdder();
  private final LongAdder misplaced = new LongAdder();
  private final LongAdder split = new LongAdder();
  private volatile int partitions; // 0: not known
  private volatile Pair example = new Pair(0, 0);
  private long windowNanos; // guarded by this
  private Evidence before = Evidence.NONE; // guarded by this

  /// Partitions of one key.
  private record Pair(int one, int other) {}

  /// The counts of one window.
  private record Evidence(long keyed, long misplaced, long split, Pair example) {
    static final Evidence NONE = new Evidence(0, 0, 0, new Pair(0, 0));
  }

  /// @param byDefault whether this process writes by Kafka's default partitioner
  KeyPlaces(String topic, boolean byDefault, long nowNanos) {
    this.topic = topic;
    this.byDefault = byDefault;
    this.windowNanos = nowNanos;
  }

  /// Learns how many partitions the topic has; until then none of its records is misplaced.
  void partitions(int count) {
    partitions = count;
  }

  /// Takes note of an item that is about to be handled.
  ///
  /// @param first whether it is its first attempt: each record counts once
  public void handled(byte[] key, int partition, boolean first) {
    if (key.length > KEY_BYTES_MAX) return;
    var murmur2 = Utils.murmur2(key);
    note(((long) murmur2 << 32) ^ (Arrays.hashCode(key) * 0x9E37_79B9_7F4A_7C15L), partition);
    var count = partitions;
    if (!first || !byDefault || count == 0) return;
    keyed.increment();
    if (Utils.toPositive(murmur2) % count != partition) misplaced.increment();
  }

  private void note(long hash, int partition) {
    var slot = (int) hash & (SLOTS - 1);
    var now = (hash & ~PARTITION_BITS) | (partition + 1);
    var last = seen.get(slot);
    if (last == now) return;
    seen.lazySet(slot, now);
    if ((last & PARTITION_BITS) == 0 || ((last ^ now) & ~PARTITION_BITS) != 0) return;
    var other = (int) (last & PARTITION_BITS) - 1;
    example = new Pair(Math.min(other, partition), Math.max(other, partition));
    split.increment();
  }

  /// Finding in words; empty when there is none. Evidence is forgotten after one to two windows. No
  /// bytes of a key are in it.
  public synchronized String words(long nowNanos) {
    var passed = nowNanos - windowNanos;
    if (passed >= WINDOW_NANOS) {
      var last = present();
      keyed.reset();
      misplaced.reset();
      split.reset();
      for (var i = 0; i < SLOTS; i++) seen.set(i, 0);
      before = passed >= 2 * WINDOW_NANOS ? Evidence.NONE : last;
      windowNanos = nowNanos;
    }
    var now = words(present());
    return now.isEmpty() ? words(before) : now;
  }

  private Evidence present() {
    return new Evidence(keyed.sum(), misplaced.sum(), split.sum(), example);
  }

  private String words(Evidence of) {
    if (of.split() >= SPLIT_MIN) {
      return String.format(
          Locale.ROOT,
          "%s is not kept in %s: items of one key come from more than one partition, e.g. from %d"
              + " and %d; producers place keys differently (murmur2, crc32?), or partitions were"
              + " added: let all producers use murmur2 (librdkafka: partitioner=murmur2_random)",
          Heartbeat.KEY_ORDER,
          topic,
          of.example().one(),
          of.example().other());
    }
    if (of.misplaced() < MISPLACED_MIN) return "";
    return String.format(
        Locale.ROOT,
        "%s is at risk in %s: %,d of %,d keyed records are not where Kafka's default partitioner"
            + " (murmur2) puts them, but timers, retries that wait as timers, redrives and jobs of"
            + " Kafka's Java clients with these keys are; producers use another partitioner"
            + " (crc32?), or partitions were added: let all producers use murmur2 (librdkafka:"
            + " partitioner=murmur2_random)",
        Heartbeat.KEY_ORDER,
        topic,
        of.misplaced(),
        of.keyed());
  }
}
