package dev.phaseline.bench.contender;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The work of every contender's handlers, in every phase: wait as long as the item says (mostly
/// not at all) and hand the payload on as it is. Also the stopwatch. Thread-safe.
public final class Work {
  /// The time that a handler took that had to wait, on average, in milliseconds: a figure of
  /// [Reply].
  public static final String HANDLER_MS = "handlerMs";

  private final LongAdder calls = new LongAdder();
  private final LongAdder waits = new LongAdder();
  private final LongAdder waitedNanos = new LongAdder();
  private final @Nullable Queue<Long> log;
  private volatile @Nullable Semaphore counter;
  private volatile boolean begun;
  private volatile long firstCallMs;
  private volatile long lastCallMs;

  private Work(@Nullable Queue<Long> log) {
    this.log = log;
  }

  /// Counts only: what a no-op handler costs must stay next to nothing.
  public static Work counting() {
    return new Work(null);
  }

  /// Counts, and remembers which items were handled.
  public static Work logging() {
    return new Work(new ConcurrentLinkedQueue<>());
  }

  /// One handler's work.
  public byte[] run(byte[] payload) throws InterruptedException {
    if (!begun) begin();
    var waitMs = Item.waitMs(payload);
    if (waitMs > 0) await(waitMs, Item.servedAtOnce(payload));
    finished(Item.id(payload));
    return payload;
  }

  private void await(int waitMs, int servedAtOnce) throws InterruptedException {
    var start = System.nanoTime();
    if (servedAtOnce == 0) {
      Thread.sleep(waitMs);
    } else {
      var queue = counter == null ? open(servedAtOnce) : counter;
      queue.acquire();
      try {
        Thread.sleep(waitMs);
      } finally {
        queue.release();
      }
    }
    waitedNanos.add(System.nanoTime() - start);
    waits.increment();
  }

  private synchronized Semaphore open(int servedAtOnce) {
    var present = counter;
    if (present != null) return present;
    var opened = new Semaphore(servedAtOnce, true);
    counter = opened;
    return opened;
  }

  /// The figures that it measured.
  Map<String, Double> figures() {
    var count = waits.sum();
    return count == 0 ? Map.of() : Map.of(HANDLER_MS, waitedNanos.sum() / 1e6 / count);
  }

  /// One handler's work for contenders whose jobs have no payload but their number.
  public void run(long id) {
    if (!begun) begin();
    lastCallMs = System.currentTimeMillis();
    finished(id);
  }

  long calls() {
    return calls.sum();
  }

  long firstCallMs() {
    return firstCallMs;
  }

  long lastCallMs() {
    return lastCallMs;
  }

  /// The number of calls for an item that had been handled before.
  long repeats() {
    return log == null ? 0 : log.size() - new HashSet<>(log).size();
  }

  /// Writes the ids, one a line, in the order of their ends.
  void writeTo(Path file) throws IOException {
    if (log == null) return;
    var lines = new ArrayList<String>();
    for (var id : log) lines.add(Long.toString(id));
    Files.write(file, lines);
  }

  private void finished(long id) {
    calls.increment();
    if (log != null) log.add(id);
  }

  private synchronized void begin() {
    if (begun) return;
    firstCallMs = System.currentTimeMillis();
    begun = true;
  }
}
