package dev.phaseline.worker;

import dev.phaseline.core.engine.UserCode;
import dev.phaseline.worker.WorkerListener.PhaseState;
import dev.phaseline.worker.WorkerListener.WorkerState;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Calls of one [WorkerListener], on a thread of their own. It compares the present states with
/// those that it reported last, so nothing piles up behind a slow listener: there is no queue, and
/// what is kept is one state for each phase.
final class StateWatch implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(StateWatch.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  private final WorkerListener listener;
  private final Supplier<List<PhaseStatus>> phases;
  private final BooleanSupplier failed;
  private final CountDownLatch closed;
  private final Thread thread;
  private final Map<PhaseName, PhaseState> reported = new HashMap<>();
  private @Nullable WorkerState reportedWorker;

  private record PhaseName(String pipeline, String phase) {}

  /// @param server the worker's name, for the thread's
  /// @param phases the present status of each phase
  /// @param failed whether a lane has ended by a failure
  /// @param closed open once the worker's lanes have ended
  StateWatch(
      String server,
      WorkerListener listener,
      Supplier<List<PhaseStatus>> phases,
      BooleanSupplier failed,
      CountDownLatch closed) {
    this.listener = listener;
    this.phases = phases;
    this.failed = failed;
    this.closed = closed;
    thread = Thread.ofPlatform().daemon().name("listener-" + server).unstarted(this);
  }

  void start() {
    thread.start();
  }

  /// Waits for the end, but not for that of a call that waits here itself: a listener may close its
  /// worker.
  ///
  /// @return whether it came in time
  boolean join(Duration wait) throws InterruptedException {
    return !thread.equals(Thread.currentThread()) && thread.join(wait);
  }

  @Override
  public void run() {
    try {
      do look();
      while (!closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
      report(WorkerState.STOPPED);
    } catch (InterruptedException byListener) {
      LOG.warn("a listener has interrupted its thread, and is not called any more");
    }
  }

  private void look() {
    report(failed.getAsBoolean() ? WorkerState.FAILED : WorkerState.RUNNING);
    for (var status : phases.get()) {
      var state = PhaseState.of(status);
      if (reported.put(new PhaseName(status.pipeline(), status.phase()), state) == state) continue;
      call(() -> listener.phaseChanged(state, status));
    }
  }

  private void report(WorkerState state) {
    if (reportedWorker == state) return;
    reportedWorker = state;
    call(() -> listener.workerChanged(state));
  }

  private static void call(Runnable code) {
    var answer = UserCode.call(Executors.callable(code));
    if (answer instanceof UserCode.Answer.Threw<?>(var thrown)) {
      LOG.warn("a listener for states of the worker has thrown: {}", thrown.inWords());
    }
  }
}
