package dev.phaseline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.schemas.control.RunState;
import dev.phaseline.worker.WorkerListener.PhaseState;
import dev.phaseline.worker.WorkerListener.WorkerState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// The calls that a listener gets for a sequence of states, one look after the other.
final class StateWatchTest {
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Object> calls = new ArrayList<>();

  private static PhaseStatus status(RunState run, String condition) {
    return new PhaseStatus(
        "p", "only", run, 1, false, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, condition,
        Map.of());
  }

  /// Looks once at each status, with a failure from the second one on, and closes at the last.
  private void watch(PhaseStatus... statuses) throws InterruptedException {
    Iterator<PhaseStatus> left = List.of(statuses).iterator();
    var listener =
        new WorkerListener() {
          @Override
          public void workerChanged(WorkerState state) {
            calls.add(state);
          }

          @Override
          public void phaseChanged(PhaseState state, PhaseStatus status) {
            calls.add(state);
            throw new IllegalStateException("a listener's own fault");
          }
        };
    var looks = new ArrayList<PhaseStatus>();
    var watch =
        new StateWatch(
            "s1",
            listener,
            () -> {
              looks.add(left.next());
              if (!left.hasNext()) closed.countDown();
              return List.of(looks.getLast());
            },
            () -> !looks.isEmpty(),
            closed);
    watch.start();
    assertThat(watch.join(Duration.ofMinutes(1))).isTrue();
  }

  @Test
  void eachStateIsReportedOnceAndOtherWordsForTheSameTroubleAreNoNewState() throws Exception {
    watch(
        status(RunState.RUNNING, ""),
        status(RunState.RUNNING, "no connection to a broker"),
        status(RunState.RUNNING, "a transaction's fate is being found out"),
        status(RunState.PAUSED, "paused by anna: for a reason"),
        status(RunState.DRAINED, "drained by anna: for a reason"),
        status(RunState.RUNNING, ""));
    assertThat(calls)
        .containsExactly(
            WorkerState.RUNNING,
            PhaseState.RUNNING,
            WorkerState.FAILED,
            PhaseState.HELD_UP,
            PhaseState.PAUSED,
            PhaseState.DRAINED,
            PhaseState.RUNNING,
            WorkerState.STOPPED);
  }
}
