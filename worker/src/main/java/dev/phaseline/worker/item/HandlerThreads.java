package dev.phaseline.worker.item;

import dev.phaseline.core.engine.Attempt;
import dev.phaseline.core.engine.AttemptResult;
import dev.phaseline.core.engine.Chain;
import dev.phaseline.core.engine.Handlers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Runs handlers on virtual threads, at most `concurrency` at once.
///
/// A thread for each item would cost more than a quick handler itself. So a few runners share one
/// queue, each taking the next chain when it is through with one; how many there are follows from
/// what the handlers do: while they are quick, two runners that are not stuck are enough; when they
/// take their time (waiting, mostly), there is a runner for each waiting chain, up to the limit. A
/// runner that is stuck in a slow item is not counted, so a blocking handler blocks nobody else.
///
/// [#run], [#abandon], [#backlog], [#drain] and [#await] belong to the lane's thread; runners only
/// meet it at the two queues.
public final class HandlerThreads implements Handlers, AutoCloseable {
  private static final int QUICK_RUNNERS = 2;
  private static final long STUCK_NANOS = 1_000_000L;

  /// An attempt that runs.
  ///
  /// @param attempt the attempt
  /// @param startedNanos when it started
  public record InFlight(Attempt attempt, long startedNanos) {}

  /// A listener for the duration of each attempt, fenced ones too. Called on the lane's thread
  /// while it takes the results in, for each of them: no lock, no look-up, nothing that waits.
  @FunctionalInterface
  public interface Times {
    void took(Attempt attempt, AttemptResult result, long startNanos, long endNanos);
  }

  /// A listener, on the lane's thread, for the lane's decisions about attempts. As with [Times]:
  /// quick, and it must not fail.
  interface Fates {
    /// Called when a result's consequence is decided; one that came too late has none.
    void judged(Attempt attempt, AttemptResult result);

    /// The attempt was given up: its result does not count.
    void gaveUp(Attempt attempt);

    /// Nothing is decided any more.
    void closed();
  }

  /// The end of one attempt, and of those that a runner reports with it.
  private static final class Ended {
    final Attempt attempt;
    final AttemptResult result;
    final long startNanos;
    final long endNanos;
    @Nullable Ended next; // written under the runner's lock, before it is reported

    Ended(Attempt attempt, AttemptResult result, long startNanos, long endNanos) {
      this.attempt = attempt;
      this.result = result;
      this.startNanos = startNanos;
      this.endNanos = endNanos;
    }

    long bytes() {
      return result instanceof AttemptResult.Settled(var made) ? made.bytes() : 0;
    }
  }

  private final String name;
  private volatile int concurrency;
  private final long backlogBytesMax;
  private final Function<Attempt, AttemptResult> body;
  private final Times times;
  private final @Nullable Fates fates;
  private final Queue<Chain> chains = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private final Queue<Ended> results = new ConcurrentLinkedQueue<>();
  private final AtomicLong undrainedBytes = new AtomicLong();
  private final AtomicReference<@Nullable Thread> waiter = new AtomicReference<>();
  private final Set<Runner> runners = ConcurrentHashMap.newKeySet();
  private final AtomicInteger hung = new AtomicInteger();
  private final AtomicInteger present = new AtomicInteger(); // runners that are not hung
  private final AtomicReference<@Nullable Throwable> fatal = new AtomicReference<>();
  private volatile boolean closed;
  private volatile long unpublishedBytes;
  private final HandlerSpeed speed = new HandlerSpeed();

  public HandlerThreads(
      String name,
      int concurrency,
      long backlogBytesMax,
      Function<Attempt, AttemptResult> body,
      Times times,
      @Nullable Fates fates) {
    this.name = name;
    this.concurrency = concurrency;
    this.backlogBytesMax = backlogBytesMax;
    this.body = body;
    this.times = times;
    this.fates = fates;
  }

  /// So many may run at once from here on. What runs is not disturbed: a runner too many ends when
  /// it is through with its item, and leaves the rest of its chain to the others.
  public void concurrency(int permits) {
    if (permits == concurrency) return;
    concurrency = permits;
    provideRunners();
  }

  @Override
  public int permits() {
    return concurrency;
  }

  /// Whether there is a runner too many; then there is one fewer, and the caller is it.
  private boolean isOneTooMany() {
    for (var count = present.get(); count > concurrency; count = present.get()) {
      if (present.compareAndSet(count, count - 1)) return true;
    }
    return false;
  }

  @Override
  public boolean areQuick() {
    return speed.areQuick();
  }

  @Override
  public void run(Chain chain) {
    chains.add(chain);
    queued.incrementAndGet();
  }

  /// Sees to it that what waits has runners.
  private void provideRunners() {
    var waiting = queued.get();
    if (waiting == 0 || unpublishedBytes + undrainedBytes.get() > backlogBytesMax) return;
    var runs = present.get();
    var room = concurrency - runs;
    if (room <= 0) return;
    var wanted = speed.isLong() ? waiting : QUICK_RUNNERS - (runs - stuck());
    for (var i = Math.min(Math.min(wanted, waiting), room); i > 0; i--) new Runner().start();
  }

  private int stuck() {
    var since = System.nanoTime() - STUCK_NANOS;
    var count = 0;
    for (var runner : runners) if (runner.startedNanos - since < 0) count++;
    return count;
  }

  @Override
  public void abandon(Attempt attempt) {
    if (fates != null) fates.gaveUp(attempt);
    for (var runner : runners) if (runner.giveUp(attempt)) return;
  }

  @Override
  public void interrupt(Attempt attempt) {
    for (var runner : runners) if (runner.interruptIf(attempt)) return;
  }

  /// The attempts that have been running longest, the eldest first. Any thread.
  public List<InFlight> eldest(int max) {
    var all = new ArrayList<InFlight>();
    for (var runner : runners) {
      var running = runner.inFlight();
      if (running != null) all.add(running);
    }
    var now = System.nanoTime();
    all.sort(Comparator.comparingLong((InFlight one) -> now - one.startedNanos()).reversed());
    return all.subList(0, Math.min(max, all.size()));
  }

  @Override
  public void backlog(long bytes) {
    unpublishedBytes = bytes;
    provideRunners();
  }

  @Override
  public void drain(Results sink) {
    var cause = fatal.get();
    if (cause != null) throw new IllegalStateException("a handler ran out of memory", cause);
    collect();
    for (var ended = results.poll(); ended != null; ended = results.poll()) {
      for (var each = ended; each != null; each = each.next) {
        var bytes = each.bytes();
        if (bytes > 0) undrainedBytes.addAndGet(-bytes);
        times.took(each.attempt, each.result, each.startNanos, each.endNanos);
        sink.ended(each.attempt, each.result);
        if (fates != null) fates.judged(each.attempt, each.result);
      }
    }
  }

  /// Takes from runners that are stuck what they have not reported: it does not wait for the item
  /// that they are in.
  private void collect() {
    var since = System.nanoTime() - STUCK_NANOS;
    for (var runner : runners) if (runner.startedNanos - since < 0) report(runner.reported());
  }

  @Override
  public void await(long maxNanos) {
    provideRunners();
    if (!results.isEmpty() || maxNanos <= 0) return;
    waiter.set(Thread.currentThread());
    var nanos = mayLackRunners() ? Math.min(maxNanos, STUCK_NANOS) : maxNanos;
    if (results.isEmpty()) LockSupport.parkNanos(this, nanos);
    waiter.set(null);
  }

  /// Whether a runner that turns out to be stuck would have to be made up for.
  private boolean mayLackRunners() {
    return queued.get() > 0 && present.get() < concurrency;
  }

  /// Handlers at work, hung ones not counted.
  public int running() {
    return present.get();
  }

  /// Handlers that were given up and have not ended.
  public int hung() {
    return hung.get();
  }

  /// Interrupts whatever still runs; its results go nowhere. No handler is called any more.
  @Override
  public void close() {
    closed = true;
    chains.clear();
    for (var runner : runners) runner.interruptAny();
    if (fates != null) fates.closed();
  }

  private void report(@Nullable Ended first) {
    if (first == null) return;
    var bytes = 0L;
    for (var each = first; each != null; each = each.next) bytes += each.bytes();
    if (bytes > 0) undrainedBytes.addAndGet(bytes);
    results.add(first);
    if (waiter.get() != null) LockSupport.unpark(waiter.getAndSet(null));
  }

  /// Takes chains off the queue until there are none.
  private final class Runner implements Runnable {
    private @Nullable Thread thread;
    private @Nullable Attempt current; // guarded by this
    private @Nullable Ended first; // not reported yet; guarded by this
    private @Nullable Ended last; // guarded by this
    private volatile long startedNanos = System.nanoTime();
    private volatile boolean givenUp;

    void start() {
      present.incrementAndGet();
      runners.add(this);
      thread = Thread.ofVirtual().name(name).unstarted(this);
      thread.start();
    }

    @Override
    public void run() {
      var tooMany = false;
      try {
        while (!tooMany && !givenUp && unpublishedBytes + undrainedBytes.get() <= backlogBytesMax) {
          var chain = chains.poll();
          if (chain == null) break;
          queued.decrementAndGet();
          tooMany = endsWithin(chain);
        }
      } finally {
        if (givenUp) hung.decrementAndGet();
        else if (!tooMany) present.decrementAndGet();
        runners.remove(this);
      }
    }

    /// Runs what a chain has to run; true when this runner is one too many before it is through.
    /// Reports when it is through with it, or with a part that has taken long enough.
    private boolean endsWithin(Chain chain) {
      var since = System.nanoTime();
      var start = since;
      while (runsNext(chain, start)) {
        start = System.nanoTime();
        if (!chain.hasRest() || start - since > STUCK_NANOS) {
          report(reported());
          since = start;
        }
        if (!isOneTooMany()) continue;
        report(reported());
        if (chain.hasRest()) HandlerThreads.this.run(chain);
        return true;
      }
      report(reported());
      return false;
    }

    /// Runs one attempt; false when there is none, or it ended without a result that counts.
    private boolean runsNext(Chain chain, long start) {
      startedNanos = start;
      var attempt = chain.start(start);
      if (attempt == null || !begins(attempt)) return false;
      AttemptResult result;
      try {
        result = body.apply(attempt);
      } catch (OutOfMemoryError e) {
        fatal.compareAndSet(null, e); // nothing that follows could be trusted
        over(null);
        throw e;
      } catch (Throwable escaped) { // without a result the item would wait for its timeout
        result = new AttemptResult.Threw(escaped);
      }
      var counts = chain.end(attempt, result);
      var end = System.nanoTime();
      over(counts ? new Ended(attempt, result, start, end) : null);
      if (counts) speed.learn(end - start);
      return counts;
    }

    /// Nothing runs here.
    ///
    /// @param ended to be reported; null when its result does not count
    private synchronized void over(@Nullable Ended ended) {
      current = null;
      Thread.interrupted(); // an interrupt was for this attempt, not for the next
      if (ended == null) return;
      if (last == null) first = ended;
      else last.next = ended;
      last = ended;
    }

    /// Attempts that have ended here and were not reported; they count as reported from here on.
    private synchronized @Nullable Ended reported() {
      var ended = first;
      first = null;
      last = null;
      return ended;
    }

    /// A cancel or time-out that came before it was registered here applies too.
    private synchronized boolean begins(Attempt attempt) {
      if (closed || attempt.abandoned()) return false;
      current = attempt;
      if (attempt.cancelled()) interrupt();
      return true;
    }

    synchronized boolean giveUp(Attempt attempt) {
      if (current != attempt) return false;
      givenUp = true;
      hung.incrementAndGet();
      present.decrementAndGet();
      runners.remove(this);
      interrupt();
      return true;
    }

    synchronized boolean interruptIf(Attempt attempt) {
      if (current != attempt) return false;
      interrupt();
      return true;
    }

    synchronized void interruptAny() {
      if (current != null) interrupt();
    }

    synchronized @Nullable InFlight inFlight() {
      return current == null ? null : new InFlight(current, startedNanos);
    }

    private void interrupt() {
      if (thread != null) thread.interrupt();
    }
  }
}
