package dev.phaseline.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Ordering;
import dev.phaseline.core.PhaseOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/// The price of a quarantine, in the time of a clock that is a field: how long a partition takes
/// whose owners were killed, compared to one whose owners were not.
class QuarantineCostTest {
  private static final long MS = 1_000_000L;
  private static final int ITEMS = 8_000;
  private static final int CONCURRENCY = 100;

  @Test
  void eightThousandSuspectsWithHandlersOfASecondTakeLittleLongerThanWithoutSuspicion() {
    var plain = new World(1_000 * MS, 0).secondsForAll();
    var quarantined = new World(1_000 * MS, 3).secondsForAll();

    assertThat(plain).isGreaterThanOrEqualTo(ITEMS / CONCURRENCY);
    assertThat(quarantined).isLessThan(plain * 3 / 2);
  }

  @Test
  void quickHandlersTakeSecondsMore() {
    var plain = new World(MS, 0).secondsForAll();
    var quarantined = new World(MS, 3).secondsForAll();

    assertThat(quarantined).isLessThan(plain + 5);
  }

  @Test
  void aQuarantineIsOverWhenItsItemsAreThrough() throws Exception {
    var world = new World(MS, 3);
    assertThat(world.lane.stats().quarantined()).isEmpty();
    world.turns(5);
    assertThat(world.lane.stats().quarantined())
        .singleElement()
        .satisfies(
            of -> {
              assertThat(of.partition()).isZero();
              assertThat(of.deaths()).isEqualTo(3);
              assertThat(of.left()).isPositive();
            });
    world.secondsForAll();
    world.turns(20);

    assertThat(world.lane.stats().quarantined()).isEmpty();
    var committed = world.committed;
    assertThat(Progress.decode(committed.offset(), committed.metadata()).quarantine())
        .isEqualTo(Quarantine.NONE);
  }

  /// A lane with one partition, handlers that take their time, and transactions of 20 ms.
  private static final class World extends OnePartitionLog implements Handlers {
    private static final int POLL_MAX = 500;
    private static final long TRANSACTION_NANOS = 20 * MS;

    private final long handlerNanos;
    private final Queue<Attempt> ended = new ArrayDeque<>();
    private final Queue<Chain> queued = new ArrayDeque<>();
    private final PriorityQueue<Run> running =
        new PriorityQueue<>(Comparator.comparingLong(Run::until));
    final Lane lane;
    Committed committed;
    private long now;
    private int next;
    private int published;

    private record Run(Attempt attempt, Chain of, long until) {}

    /// @param deaths how many owners have died in a row
    World(long handlerNanos, int deaths) {
      this(handlerNanos, after(deaths));
    }

    private static Committed after(int deaths) {
      var before = new Quarantine(Math.max(0, deaths - 1), 0, List.of(), Quarantine.Trial.NONE);
      var said = new Progress(7, 0, 0, Progress.Offsets.NONE, deaths == 0, before, null);
      return new Committed(0, said.encode());
    }

    private World(long handlerNanos, Committed committed) {
      super(committed);
      this.handlerNanos = handlerNanos;
      this.committed = committed;
      this.lane =
          new Lane(
              LaneSettings.of(
                  PhaseOptions.DEFAULT
                      .withOrdering(Ordering.UNORDERED)
                      .withTimeout(Duration.ofHours(1))),
              new Ports(
                  Ports.Log.of(this),
                  this,
                  (_, _, _) -> new TextSettlement("", 1, 1),
                  new TrialGate(),
                  () -> now,
                  () -> 0.5));
    }

    long secondsForAll() {
      var from = now;
      for (var turns = 0; turns < 2_000_000 && published < ITEMS; turns++) lane.runOnce();
      assertThat(published).isEqualTo(ITEMS);
      return (now - from) / (1_000 * MS);
    }

    void turns(int count) {
      for (var i = 0; i < count; i++) lane.runOnce();
    }

    @Override
    void deliver(long maxWaitNanos, Listener listener) {
      for (var i = 0; i < POLL_MAX && next < ITEMS && !isPaused(); i++, next++) {
        listener.fetched(TextItem.at(0, next), null);
      }
      if (maxWaitNanos > 0 && (isPaused() || next == ITEMS)) pass(maxWaitNanos);
    }

    @Override
    public boolean isCaughtUp(int partition) {
      return next == ITEMS;
    }

    @Override
    public Fate publish(Batch batch) {
      pass(TRANSACTION_NANOS);
      published += batch.size();
      committed = new HashMap<>(batch.offsets()).getOrDefault(0, committed);
      return new Fate.Done();
    }

    @Override
    public int permits() {
      return CONCURRENCY;
    }

    @Override
    public void run(Chain chain) {
      queued.add(chain);
      begin();
    }

    private void begin() {
      while (running.size() < CONCURRENCY && !queued.isEmpty()) {
        var chain = queued.remove();
        var attempt = chain.start(now);
        if (attempt != null) running.add(new Run(attempt, chain, now + handlerNanos));
      }
    }

    private void pass(long nanos) {
      var until = now + nanos;
      while (!running.isEmpty() && running.element().until() <= until) {
        var run = running.remove();
        now = Math.max(now, run.until());
        run.of().end(run.attempt(), settled());
        ended.add(run.attempt());
        begin();
      }
      now = until;
    }

    private static AttemptResult settled() {
      return new AttemptResult.Settled(new TextSettlement("", 1, 1));
    }

    @Override
    public void drain(Results results) {
      for (var attempt : new ArrayList<>(ended)) results.ended(attempt, settled());
      ended.clear();
    }

    @Override
    public void await(long maxNanos) {
      pass(Math.max(MS / 10, ended.isEmpty() ? maxNanos : 0));
    }

    @Override
    public void abandon(Attempt attempt) {}

    @Override
    public void interrupt(Attempt attempt) {}

    @Override
    public void backlog(long unpublishedBytes) {}
  }
}
