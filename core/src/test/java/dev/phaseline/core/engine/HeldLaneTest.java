package dev.phaseline.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Ordering;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How often a lane turns that has nothing to do but wait. Time passes only while the lane waits,
/// so that each turn that waits for nothing is one too many.
class HeldLaneTest {
  private static final Duration LONG = Duration.ofHours(1);

  /// Ten a second in waits for records, twenty in waits for results, and some to spare.
  private static final int TURNS_A_SECOND_MAX = 25;

  private final List<Attempt> running = new ArrayList<>();
  private final List<Runnable> results = new ArrayList<>();
  private int records;
  private int published;
  private final Log log = new Log();
  private int offset;
  private Handlers.Results sink = (_, _) -> {};
  private long now;

  private Lane lane(PhaseOptions options) {
    return new Lane(
        LaneSettings.of(options),
        new Ports(
            Ports.Log.of(log),
            new Manual(),
            (slot, kind, _) -> new TextSettlement("dead " + TextItem.of(slot), 1, 1, true),
            new TrialGate(),
            () -> now,
            () -> 0.5));
  }

  private static PhaseOptions options() {
    return PhaseOptions.DEFAULT
        .withOrdering(Ordering.UNORDERED)
        .withTimeout(LONG)
        .withLimits(new PhaseOptions.Limits(1_000, 10, 10_000, 10, 1_000_000))
        .withRetry(RetryPolicy.DEFAULT.withDelays(LONG, LONG).withAttemptsMax(100));
  }

  /// Turns until the fake log has nothing more to bring and nothing more to do.
  private static void settle(Lane lane) {
    for (var i = 0; i < 100; i++) lane.runOnce();
  }

  private int turnsIn(Lane lane, Duration span) {
    var turns = 0;
    for (var until = now + span.toNanos(); until - now > 0; turns++) {
      lane.runOnce();
      assertThat(turns).as("turns in %s", span).isLessThan(1_000_000);
    }
    return turns;
  }

  private void assertThatItWaits(Lane lane) {
    assertThat(turnsIn(lane, Duration.ofSeconds(60))).isLessThan(60 * TURNS_A_SECOND_MAX);
  }

  private void end(AttemptResult result) {
    var attempt = running.removeFirst();
    var _ = ((Chain) attempt.chain()).end(attempt, result);
    results.add(() -> sink.ended(attempt, result));
  }

  @Test
  void aPausedLaneWaits() {
    records = 5;
    var lane = lane(options());
    lane.obey(new LaneOrders(true, null));
    settle(lane);
    assertThatItWaits(lane);
  }

  @Test
  void aPausedLaneWaitsAlsoWhenItsSuspensionIsOver() {
    records = 5;
    var lane = lane(options());
    settle(lane);
    end(new AttemptResult.SuspendAsked(Duration.ofSeconds(1), "down"));
    settle(lane);
    lane.obey(new LaneOrders(true, null));
    settle(lane);
    assertThatItWaits(lane);
  }

  @Test
  void aPausedLaneWaitsWhileAHandlerDoesNotEnd() {
    records = 1;
    var lane = lane(options());
    settle(lane);
    assertThat(running).hasSize(1);
    lane.obey(new LaneOrders(true, null));
    settle(lane);
    assertThatItWaits(lane);
    end(new AttemptResult.Settled(new TextSettlement("done", 1, 1)));
    settle(lane);
    assertThat(published).isEqualTo(1);
  }

  @Test
  void aFullLaneWaitsForItsHandlers() {
    records = 1_000;
    var lane = lane(options());
    settle(lane);
    assertThat(log.isPaused()).isTrue();
    assertThatItWaits(lane);
  }

  @Test
  void aSuspendedLaneWaitsForItsProbe() {
    records = 1_000;
    var lane = lane(options());
    settle(lane);
    while (!running.isEmpty()) {
      end(new AttemptResult.SuspendAsked(Duration.ofSeconds(90), "down"));
    }
    settle(lane);
    assertThatItWaits(lane);
    assertThat(running).isEmpty();
    turnsIn(lane, Duration.ofSeconds(31));
    assertThat(running).as("the probe").hasSize(1);
  }

  @Test
  void aFullLaneOfItemsThatBackOffWaits() {
    records = 1_000;
    var lane = lane(options());
    settle(lane);
    for (var i = 0; i < 100 && !running.isEmpty(); i++) {
      end(new AttemptResult.RetryAsked(LONG, "later"));
      settle(lane);
    }
    assertThatItWaits(lane);
  }

  @Test
  void aDrainingLaneWaitsForItsLastHandler() {
    records = 3;
    var lane = lane(options());
    settle(lane);
    lane.drain();
    settle(lane);
    assertThatItWaits(lane);
    assertThat(lane.isDrained()).isFalse();
  }

  /// Has records ready at once; else time passes.
  private final class Log extends OnePartitionLog {
    Log() {
      super(new Committed(0, ""));
    }

    @Override
    void deliver(long maxWaitNanos, Listener listener) {
      if (isPaused() || offset >= records) {
        now += maxWaitNanos;
        return;
      }
      listener.fetched(new TextItem(0, offset, "r" + offset++, null, 1), null);
    }

    @Override
    public Fate publish(Batch batch) {
      published += batch.size();
      return new Fate.Done();
    }
  }

  /// Starts whatever it gets and ends nothing by itself.
  private final class Manual implements Handlers {
    @Override
    public int permits() {
      return 16;
    }

    @Override
    public void run(Chain chain) {
      var attempt = chain.start(now);
      if (attempt != null) running.add(attempt);
    }

    @Override
    public void drain(Results to) {
      sink = to;
      var taken = List.copyOf(results);
      results.clear();
      taken.forEach(Runnable::run);
    }

    @Override
    public void await(long maxNanos) {
      if (results.isEmpty()) now += Math.max(0, maxNanos);
    }

    @Override
    public void abandon(Attempt attempt) {}

    @Override
    public void interrupt(Attempt attempt) {}

    @Override
    public void backlog(long unpublishedBytes) {}
  }
}
