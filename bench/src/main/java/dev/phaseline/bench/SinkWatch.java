package dev.phaseline.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Notes, twenty times a second, up to which offset a reader of committed records can see the sink.
/// That costs next to nothing, so the machine belongs to the contender until it is done; what the
/// sink holds is read afterwards, and the notes say when it became visible.
final class SinkWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(50);
  private static final Duration LOOKS = Duration.ofSeconds(30);

  /// The visible offsets at a time.
  ///
  /// @param atMs epoch milliseconds
  /// @param ends the end of the visible part, by partition
  private record Sample(long atMs, List<Long> ends) {
    long sum() {
      return ends.stream().mapToLong(end -> end).sum();
    }
  }

  private final Admin admin;
  private final List<TopicPartition> partitions;
  private final List<Sample> samples = new ArrayList<>();
  private final Thread thread;
  private volatile boolean closed;
  private volatile @Nullable Exception failure;

  private SinkWatch(Admin admin, String sink, int partitionCount) {
    this.admin = admin;
    this.partitions =
        IntStream.range(0, partitionCount).mapToObj(p -> new TopicPartition(sink, p)).toList();
    this.thread = Thread.ofPlatform().daemon().name("sink-watch").start(this::watch);
  }

  static SinkWatch start(Admin admin, String sink, int partitions) {
    return new SinkWatch(admin, sink, partitions);
  }

  /// The number of visible offsets: as many as items, and a few more for the transactions' markers.
  synchronized long visible() {
    if (failure != null) throw new BenchException("can't watch the sink: " + failure, failure);
    return samples.isEmpty() ? 0 : samples.getLast().sum();
  }

  /// The time at which all of these offsets had become visible, in epoch milliseconds; 0: not yet.
  ///
  /// @param ends for each partition, one more than the last offset that counts
  synchronized long visibleAtMs(long[] ends) {
    for (var sample : samples) {
      var all = true;
      for (var p = 0; p < ends.length; p++) all &= sample.ends.get(p) >= ends[p];
      if (all) return sample.atMs;
    }
    return 0;
  }

  /// The time at which all of these offsets had become visible, in epoch milliseconds, after they
  /// have been read: the next look sees them, if none has yet.
  ///
  /// @param ends for each partition, one more than the last offset that counts
  /// @return 0 when looks don't come any more
  long seenAtMs(long[] ends) throws InterruptedException {
    var deadline = System.nanoTime() + LOOKS.toNanos();
    while (true) {
      var at = visibleAtMs(ends);
      if (at != 0 || System.nanoTime() - deadline > 0) return at;
      Thread.sleep(EVERY);
    }
  }

  private void watch() {
    try {
      while (!closed) {
        var now = System.currentTimeMillis();
        var sample = new Sample(now, read());
        synchronized (this) {
          samples.add(sample);
        }
        Thread.sleep(EVERY);
      }
    } catch (InterruptedException closing) {
      // by close()
    } catch (ExecutionException | RuntimeException failed) {
      if (!closed) failure = failed;
    }
  }

  private List<Long> read() throws InterruptedException, ExecutionException {
    var asked = new HashMap<TopicPartition, OffsetSpec>();
    for (var partition : partitions) asked.put(partition, OffsetSpec.latest());
    var options = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
    var answer = admin.listOffsets(asked, options);
    var ends = new ArrayList<Long>();
    for (var partition : partitions) ends.add(answer.partitionResult(partition).get().offset());
    return ends;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
