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
/// sender and the reader are threads of their own.
final class Flow implements AutoCloseable {
  private static final Duration FIRST = Duration.ofSeconds(60);

  private final Load load;
  private final Feeder feeder;
  private final Audit audit;
  private final long[] latencies;
  private final Thread reader;
  private volatile boolean stopped;
  private volatile boolean enough;
  private volatile int sent = 1;
  private volatile long startNanos = System.nanoTime();
  private volatile long periodNanos = 1_000_000;
  private volatile @Nullable Thread sender;
  private volatile int arrived;
  private volatile @Nullable RuntimeException failure;

  /// @param load all items, the first one and the warm-up included
  Flow(Course course, boolean jobHeader, int partitions, Load load) {
    this.load = load;
    this.feeder = Feeder.prompt(course, jobHeader);
    this.audit = new Audit(course.bootstrap(), course.sink(), partitions, load.items(), 0);
    this.latencies = new long[load.items()];
    this.reader = Thread.ofPlatform().daemon().name("sink-reader").start(this::read);
  }

  /// Sends the first item and waits until it comes out.
  void awaitFirst() throws InterruptedException {
    feeder.send(load, 0, 1);
    await(1, FIRST);
  }

  /// Begins to send all the others, so many a second.
  void start(int perSecond) {
    sender = Thread.ofPlatform().daemon().name("sender").start(() -> send(perSecond));
  }

  /// Waits until the last item is sent.
  void awaitSent() throws InterruptedException {
    var present = sender;
    if (present != null) present.join();
    var failed = failure;
    if (failed != null) throw failed;
    audit.expect(sent);
  }

  /// Sends no more. [#awaitSent] then says when the last is sent.
  void stopSending() {
    enough = true;
  }

  /// The number of items by now, the first included.
  int due() {
    return Math.clamp((System.nanoTime() - startNanos) / periodNanos + 1, 1, load.items());
  }

  /// The number of items sent, the first included; known when [#awaitSent] has returned.
  int sent() {
    return sent;
  }

  /// Waits until everything has come out; gives up, and lets the audit tell, when nothing comes for
  /// as long as `patience`.
  void awaitAll(Duration patience) throws InterruptedException {
    await(sent, patience);
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

  private void send(int perSecond) {
    periodNanos = 1_000_000_000L / perSecond;
    startNanos = System.nanoTime();
    try {
      sent =
          (int)
              feeder.sendOnTime(
                  load, 1, load.items(), id -> startNanos + id * periodNanos, () -> enough);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException failed) {
      failure = failed;
    }
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
    stopSending();
    try {
      var present = sender;
      if (present != null) present.join(Duration.ofSeconds(10));
      stopReader();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      audit.close();
      feeder.close();
    }
  }
}
