package dev.phaseline.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.FailureOptions;
import dev.phaseline.core.FailureOptions.Outage;
import dev.phaseline.core.Ordering;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.RetryPolicy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// What becomes of items that wait for their next attempt when the lane is full of them, and when
/// their partition changes hands. The log pauses and hands over; time is a field. An item's name is
/// its key, a dash and its place.
class HeldBackTest {
  private static final long MS = 1_000_000L;

  /// Ten items at once in a lane; attempts a second apart, for as long as it takes.
  private static final PhaseOptions OPTIONS =
      PhaseOptions.DEFAULT
          .withTimeout(Duration.ofHours(1))
          .withLimits(new PhaseOptions.Limits(1_000, 10, 10_000, 10, 1_000_000))
          .withFailures(FailureOptions.DEFAULT.withOutage(Outage.NEVER))
          .withRetry(
              RetryPolicy.DEFAULT
                  .withAttemptsMax(1_000)
                  .withDelays(Duration.ofSeconds(1), Duration.ofSeconds(1)));

  private final List<String> ran = new ArrayList<>();
  private final List<String> published = new ArrayList<>();
  private final List<String> items = new ArrayList<>();
  private Predicate<String> fails = _ -> false;
  private Predicate<String> isForOthers = _ -> false;
  private boolean timers;
  private boolean revoked;
  private long committed;
  private long now;

  private Lane lane(PhaseOptions options) {
    return new Lane(
        LaneSettings.of(options),
        new Ports(
            Ports.Log.of(new PausingLog()),
            new AtOnce(),
            (slot, kind, _) ->
                new TextSettlement("dead " + TextItem.of(slot) + " " + kind, 1, 1, true),
            new TrialGate(),
            () -> now,
            () -> 0.5,
            this::defer));
  }

  private Optional<Settlement> defer(ItemHistory slot, long delayNanos) {
    if (!timers) return Optional.empty();
    var text = "later " + TextItem.of(slot) + " #" + slot.attempt() + ", " + slot.failures().size();
    return Optional.of(new TextSettlement(text + " failed, in " + delayNanos / MS + " ms", 1, 1));
  }

  private void run(Lane lane, Duration howLong) {
    for (var until = now + howLong.toNanos(); now < until; now += MS) lane.runOnce();
  }

  @Test
  void followersOfParkedKeysThatFillTheLaneStopItUntilAKeyIsThrough() {
    for (var i = 0; i < 6; i++) items.addAll(List.of("a-" + i, "b-" + i));
    for (var i = 0; i < 5; i++) items.add("free-" + i);
    fails = name -> name.equals("a-0") || name.equals("b-0");
    var lane = lane(OPTIONS);
    run(lane, Duration.ofMinutes(2));
    assertThat(published).as("twelve items are held, nothing behind them is read").isEmpty();
    assertThat(lane.stats().held()).as("and the status tells why").isGreaterThanOrEqualTo(10);
    assertThat(lane.stats().backingOff()).isEqualTo(2);

    fails = name -> name.equals("a-0");
    run(lane, Duration.ofSeconds(5));
    assertThat(published)
        .as("one key is through, and there is room for all the others")
        .contains("b-0", "b-5", "free-0", "free-4")
        .doesNotContain("a-1");
  }

  @Test
  void followersOfParkedKeysThatDoNotFillTheLaneHarmNobody() {
    for (var i = 0; i < 8; i++) items.add("a-" + i);
    for (var i = 0; i < 50; i++) items.add("free-" + i);
    fails = name -> name.equals("a-0");
    run(lane(OPTIONS), Duration.ofSeconds(30));

    assertThat(published).hasSize(50).allMatch(name -> name.startsWith("free-"));
  }

  @Test
  void attemptsOfAKeyBeginAtOneAgainWithTheNextOwnerAndTheirNumbersHaveNoGaps() {
    items.addAll(List.of("a-0", "a-1"));
    fails = name -> name.equals("a-0");
    timers = true;
    var first = lane(OPTIONS);
    run(first, Duration.ofSeconds(2));
    revoked = true;
    run(first, Duration.ofMillis(10));
    assertThat(ran).containsExactly("a-0 #1", "a-0 #2", "a-0 #3");
    assertThat(published).as("order is at stake: it stays where it is").isEmpty();

    run(lane(OPTIONS), Duration.ofMillis(1_200));
    assertThat(ran.subList(3, ran.size())).containsExactly("a-0 #1", "a-0 #2");
  }

  @Test
  void attemptsThatWaitWithoutOrderGoOnWithTheNextOwnerWhereTimersRun() {
    items.addAll(List.of("a-0", "a-1"));
    fails = name -> name.equals("a-0");
    timers = true;
    var first = lane(OPTIONS.withOrdering(Ordering.UNORDERED));
    run(first, Duration.ofMillis(1_200));
    assertThat(ran).containsOnlyOnce("a-0 #1", "a-0 #2", "a-1 #1");
    revoked = true;
    run(first, Duration.ofMillis(10));

    assertThat(published).contains("a-1").anyMatch(text -> text.startsWith("later a-0 #3, 2 fai"));
    assertThat(committed).as("the next owner begins behind them").isEqualTo(2);
  }

  @Test
  void attemptsThatWaitWithoutTimersStayInThePartition() {
    items.add("a-0");
    fails = _ -> true;
    var first = lane(OPTIONS.withOrdering(Ordering.UNORDERED));
    run(first, Duration.ofMillis(1_200));
    revoked = true;
    run(first, Duration.ofMillis(10));

    assertThat(published).isEmpty();
    assertThat(committed).isZero();
  }

  /// No attempt is spent on it, its key waits in order, others go on, and the status counts it.
  @Test
  void anItemThatIsLeftToOthersWaitsWithItsKeyUntilAnotherOwnerHasIt() {
    items.addAll(List.of("a-0", "a-1", "b-0"));
    isForOthers = name -> name.equals("a-0");
    var first = lane(OPTIONS);
    run(first, Duration.ofSeconds(25));

    assertThat(ran).containsExactly("a-0 #1", "b-0 #1", "a-0 #1", "a-0 #1");
    assertThat(published).containsExactly("b-0");
    assertThat(first.stats().left()).containsExactly(new LaneStats.Left(2, "version 2", 1));
    assertThat(first.stats().work().retries()).isZero();

    revoked = true;
    run(first, Duration.ofMillis(10));
    assertThat(first.stats().left()).isEmpty();
    isForOthers = _ -> false;
    run(lane(OPTIONS), Duration.ofSeconds(1));
    assertThat(published).containsSubsequence("b-0", "a-0", "a-1");
  }

  @Test
  void anItemThatIsLeftToOthersIsDeadAfterADay() {
    items.addAll(List.of("a-0", "a-1"));
    isForOthers = name -> name.equals("a-0");
    var lane = lane(OPTIONS);
    run(lane, Duration.ofSeconds(1));
    now += Duration.ofDays(1).toNanos();
    run(lane, Duration.ofSeconds(1));

    assertThat(published).containsExactly("dead a-0 UNSERVED", "a-1");
    assertThat(lane.stats().left()).isEmpty();
  }

  /// Delivers one item a poll unless it is paused, and hands over when it is told to.
  private final class PausingLog extends OnePartitionLog {
    private int next = (int) committed;

    PausingLog() {
      super(new Committed(committed, ""));
    }

    @Override
    void deliver(long maxWaitNanos, Listener listener) {
      if (revoked) {
        revoked = false;
        listener.revoked(List.of(0));
        next = items.size();
      }
      if (isPaused() || next >= items.size()) return;
      var item = items.get(next);
      var key = item.substring(0, item.indexOf('-'));
      listener.fetched(new TextItem(0, next++, item, key, 1), null);
    }

    @Override
    public Fate publish(Batch batch) {
      for (var made : batch.settlements()) published.add(TextSettlement.of(made));
      var at = batch.offsets().get(0);
      if (at != null) committed = at.offset();
      return new Fate.Done();
    }
  }

  /// Runs each chain at once, up to the first that fails.
  private final class AtOnce implements Handlers {
    private record Ended(Attempt attempt, AttemptResult result) {}

    private final Queue<Ended> ended = new ArrayDeque<>();

    @Override
    public int permits() {
      return 16;
    }

    @Override
    public void run(Chain chain) {
      for (var attempt = chain.start(now); attempt != null; attempt = chain.start(now)) {
        var name = TextItem.of(attempt);
        ran.add(name + " #" + attempt.number());
        AttemptResult result =
            isForOthers.test(name)
                ? new AttemptResult.LeftToOthers(2, "version 2")
                : fails.test(name)
                    ? new AttemptResult.Threw(new IllegalStateException("not yet"))
                    : new AttemptResult.Settled(new TextSettlement(name, 1, 1));
        chain.end(attempt, result);
        ended.add(new Ended(attempt, result));
      }
    }

    @Override
    public void drain(Results results) {
      while (!ended.isEmpty()) {
        var one = ended.remove();
        results.ended(one.attempt(), one.result());
      }
    }

    @Override
    public void abandon(Attempt attempt) {}

    @Override
    public void interrupt(Attempt attempt) {}

    @Override
    public void backlog(long unpublishedBytes) {}

    @Override
    public void await(long maxNanos) {}
  }
}
