package dev.phaseline.bench;

import dev.phaseline.bench.contender.Course;
import dev.phaseline.bench.contender.Item;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A steady stream of items into a course and a reader at its sink, both here, on one clock: so
/// that a latency is one subtraction.
///
/// Item 0 goes first and alone; when it has come through, everyone has joined their groups. The
/// reader is a thread of its own, and so is whoever calls [#send].
final class Flow implements AutoCloseable {
  private static final Duration FIRST = Duration.ofSeconds(60);

  private final Load load;
  private final Feeder feeder;
  private final Audit audit;
  private final long[] latencies;
  private final Thread reader;
  private volatile boolean stopped;
  private volatile int arrived;
  private volatile @Nullable RuntimeException failure;

  /// @param load all items, the first one and the warm-up included
  Flow(Course course, boolean jobHeader, int partitions, Load load) {
    this.load = load;
    this.feeder = Feeder.prompt(course, jobHeader);
    this.audit = new Audit(course.bootstrap(), course.sink(), partitions, load.items());
    this.latencies = new long[load.items()];
    this.reader = Thread.ofPlatform().daemon().name("sink-reader").start(this::read);
  }

  /// Sends the first item and waits until it comes out.
  void awaitFirst() throws InterruptedException {
    feeder.send(load, 0, 1);
    await(1, FIRST);
  }

  /// Sends all the others, so many a second, and returns when the last is sent.
  void send(int perSecond) throws InterruptedException {
    var start = System.nanoTime() + 10_000_000;
    feeder.sendOnTime(
        load, 1, load.items(), id -> start + Math.round((id - 1) * (1e9 / perSecond)));
  }

  /// Waits until everything has come out; gives up, and lets the audit tell, when nothing comes for
  /// as long as `patience`.
  void awaitAll(Duration patience) throws InterruptedException {
    await(load.items(), patience);
  }

  /// Reads what is left, to be called when the contender has stopped.
  ///
  /// @return what is wrong; empty when every item came out once
  List<String> finish() throws InterruptedException {
    stopReader();
    audit.readRest();
    return audit.problems();
  }

  /// Latencies, in nanoseconds, of the items from `from` to `to` (excluded) that arrived.
  Percentiles latencies(int from, int to) {
    var measured = Arrays.stream(latencies, from, to).filter(nanos -> nanos > 0).toArray();
    return new Percentiles(measured);
  }

  private void await(int count, Duration patience) throws InterruptedException {
    var before = -1;
    var deadline = 0L;
    while (arrived < count) {
      var failed = failure;
      if (failed != null) throw failed;
      if (arrived > before) {
        before = arrived;
        deadline = System.nanoTime() + patience.toNanos();
      } else if (System.nanoTime() > deadline) {
        return;
      }
      Thread.sleep(5);
    }
  }

  private void read() {
    try {
      while (!stopped) {
        audit.turn(this::arrived);
        arrived = audit.count();
      }
    } catch (RuntimeException failed) {
      failure = failed;
    }
  }

  private void arrived(long id, byte[] payload, long atNanos) {
    var due = Item.dueNanos(payload);
    if (due != 0) latencies[(int) id] = Math.max(1, atNanos - due);
  }

  private void stopReader() throws InterruptedException {
    stopped = true;
    reader.join(Duration.ofSeconds(10));
    var failed = failure;
    if (failed != null) throw failed;
  }

  @Override
  public void close() {
    try {
      stopReader();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      audit.close();
      feeder.close();
    }
  }
}
