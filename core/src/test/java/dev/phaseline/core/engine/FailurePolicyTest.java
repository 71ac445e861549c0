package dev.phaseline.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.FailureOptions;
import dev.phaseline.core.FailureOptions.AfterInPlace;
import dev.phaseline.core.FailureOptions.Outage;
import dev.phaseline.core.Ordering;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.RetryPolicy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a lane does about failures, on a log that does not fail and a clock that is a field. An
/// item's name is its key, a dash and its place; what a handler answers is said by name.
class FailurePolicyTest {
  private static final long MS = 1_000_000L;
  private static final PhaseOptions OPTIONS =
      PhaseOptions.DEFAULT
          .withTimeout(Duration.ofHours(1))
          .withRetry(RetryPolicy.DEFAULT.withDelays(Duration.ofMillis(100), Duration.ofSeconds(1)));

  private final List<String> ran = new ArrayList<>();
  private final List<String> published = new ArrayList<>();
  private final List<String> deferred = new ArrayList<>();
  private final Set<String> withDeadline = new HashSet<>();
  private Function<String, @Nullable AttemptResult> answer = _ -> null;
  private boolean timers;
  private long now;
  private long heldUpNanos;
  private long offset;

  private Lane lane(PhaseOptions options, String... items) {
    var log = new OneFetch(List.of(items));
    var ports =
        new Ports(
            Ports.Log.of(log),
            new Answering(),
            (slot, kind, why) ->
                new TextSettlement(
                    "dead " + TextItem.of(slot) + " " + kind + ": " + why, 1, 1, true),
            new TrialGate(),
            () -> now,
            () -> 0.5,
            (slot, delay) -> defer(slot, delay));
    return new Lane(LaneSettings.of(options), ports);
  }

  private Optional<Settlement> defer(ItemHistory slot, long delayNanos) {
    if (!timers) return Optional.empty();
    deferred.add(TextItem.of(slot) + " #" + slot.attempt() + " in " + delayNanos / MS + " ms");
    return Optional.of(new TextSettlement("later " + TextItem.of(slot), 1, 1));
  }

  private void run(Lane lane, Duration howLong) {
    var until = now + howLong.toNanos();
    while (now < until) {
      lane.runOnce();
      now += MS;
    }
  }

  private static AttemptResult thrown(String message) {
    return new AttemptResult.Threw(new IllegalStateException(message));
  }

  private static PhaseOptions after(AfterInPlace what) {
    return OPTIONS
        .withFailures(FailureOptions.DEFAULT.withAfterInPlace(what).withOutage(Outage.NEVER))
        .withRetry(OPTIONS.retry().withInPlaceMax(Duration.ofMillis(500)));
  }

  @Test
  void aKeyThatIsParkedWaitsInOrderAndHarmsNobody() {
    answer = name -> name.equals("a-0") && ran.size() < 9 ? thrown("not yet") : null;
    var lane = lane(after(AfterInPlace.PARK_KEY), "a-0", "a-1", "b-0", "b-1");
    run(lane, Duration.ofMillis(400));
    assertThat(published).containsExactlyInAnyOrder("b-0", "b-1");

    run(lane, Duration.ofSeconds(20));
    assertThat(published).containsExactly("b-0", "b-1", "a-0", "a-1");
  }

  @Test
  void anItemThatGivesUpItsOrderIsTriedAgainBehindItsFollowers() {
    answer = name -> name.equals("a-0") && !ran.contains("a-2 #1") ? thrown("not yet") : null;
    var lane = lane(after(AfterInPlace.GIVE_UP_ORDER), "a-0", "a-1", "a-2", "b-0");
    run(lane, Duration.ofSeconds(20));

    assertThat(published).containsExactly("b-0", "a-1", "a-2", "a-0");
    assertThat(ran.stream().filter(run -> run.startsWith("a-0")))
        .as("numbered without gaps")
        .containsExactly("a-0 #1", "a-0 #2", "a-0 #3", "a-0 #4");
  }

  @Test
  void aKeyIsFreeAgainWhenThePolicySaysDeadAfterTheBudgetInPlace() {
    answer = name -> name.equals("a-0") ? thrown("never") : null;
    var lane = lane(after(AfterInPlace.DEAD_LETTER), "a-0", "a-1");
    run(lane, Duration.ofSeconds(2));

    assertThat(published).hasSize(2).element(1).isEqualTo("a-1");
    assertThat(published.getFirst()).startsWith("dead a-0 THROWN").contains("in-place budget");
  }

  @Test
  void longWaitsLeaveTheLaneWhereOrderIsNotAtStake() {
    timers = true;
    answer = name -> name.equals("a-0") ? retryAfter(Duration.ofSeconds(6)) : null;
    run(lane(OPTIONS.withOrdering(Ordering.UNORDERED), "a-0", "a-1"), Duration.ofMillis(100));

    assertThat(deferred).containsExactly("a-0 #2 in 6000 ms");
    assertThat(published).containsExactlyInAnyOrder("later a-0", "a-1");
  }

  @Test
  void shortWaitsAndOrderedItemsStayInTheLane() {
    timers = true;
    answer = name -> name.equals("a-0") ? retryAfter(Duration.ofSeconds(4)) : null;
    run(lane(OPTIONS.withOrdering(Ordering.UNORDERED), "a-0"), Duration.ofMillis(100));
    answer = name -> name.equals("a-0") ? retryAfter(Duration.ofSeconds(6)) : null;
    run(lane(OPTIONS, "a-0", "a-1"), Duration.ofMillis(100));

    assertThat(deferred).isEmpty();
    assertThat(published).isEmpty();
  }

  @Test
  void withoutATimerServiceLongWaitsAreDoneInTheLane() {
    answer =
        name -> name.equals("a-0") && ran.size() == 1 ? retryAfter(Duration.ofSeconds(6)) : null;
    var lane = lane(OPTIONS.withOrdering(Ordering.UNORDERED), "a-0");
    run(lane, Duration.ofMillis(5_999));
    assertThat(published).isEmpty();
    run(lane, Duration.ofMillis(100));
    assertThat(published).containsExactly("a-0");
  }

  @Test
  void aWaitIsAsLongAsItWasAskedForHoweverLongTheLaneWasHeldUpBeforeItHeardOfIt() {
    answer = name -> ran.size() == 1 ? retryAfter(Duration.ofSeconds(1)) : null;
    var lane = lane(OPTIONS, "a-0");
    heldUpNanos = 900 * MS; // after it has read the clock, before it takes the result in
    while (heldUpNanos > 0) run(lane, Duration.ofNanos(1));
    run(lane, Duration.ofMillis(990));
    assertThat(ran).containsExactly("a-0 #1");
    run(lane, Duration.ofMillis(20));
    assertThat(ran).containsExactly("a-0 #1", "a-0 #2");
  }

  @Test
  void aHeldUpItemThatGivesUpItsOrderLeavesTheLaneToo() {
    timers = true;
    answer = name -> name.equals("a-0") ? retryAfter(Duration.ofSeconds(6)) : null;
    run(lane(after(AfterInPlace.GIVE_UP_ORDER), "a-0", "a-1"), Duration.ofMillis(100));

    assertThat(published).containsExactly("later a-0", "a-1");
  }

  private static AttemptResult retryAfter(Duration delay) {
    return new AttemptResult.RetryAsked(delay, "asked");
  }

  @Test
  void noAttemptBeginsAfterTheTotalBudget() {
    answer = _ -> thrown("never");
    var retry = OPTIONS.retry().withAttemptsMax(1_000).withTotalMax(Duration.ofSeconds(3));
    run(lane(OPTIONS.withRetry(retry), "a-0"), Duration.ofSeconds(20));

    assertThat(published).hasSize(1);
    assertThat(published.getFirst()).contains("dead a-0 THROWN").contains("total budget of PT3S");
    assertThat(ran.size()).isBetween(5, 9);
  }

  @Test
  void anAbsurdDelayIsTheItemsFailureNotTheLanes() {
    answer =
        name ->
            name.equals("a-0")
                ? retryAfter(Duration.ofSeconds(Long.MAX_VALUE))
                : new AttemptResult.SuspendAsked(Duration.ofSeconds(Long.MAX_VALUE), "down");
    run(lane(OPTIONS, "a-0", "b-0"), Duration.ofMillis(100));

    assertThat(published.getFirst()).contains("dead a-0 RETRY_ASKED").contains("total budget");
  }

  @Test
  void anItemThatCouldNotMeetItsDeadlineAnyMoreDoesNotWaitForIt() {
    withDeadline.add("a-0");
    answer = _ -> retryAfter(Duration.ofSeconds(2));
    run(lane(OPTIONS, "a-0", "b-0"), Duration.ofMillis(100));

    assertThat(published).hasSize(1);
    assertThat(published.getFirst()).startsWith("dead a-0 EXPIRED");
  }

  @Test
  void anOutageBurnsNoAttemptsAndEverythingGoesOnWithARamp() {
    var upAt = 60_000 * MS;
    var items = new String[500];
    for (var i = 0; i < items.length; i++) items[i] = "k" + i + "-0";
    answer = _ -> now < upAt ? thrown("no answer from db-7") : null;
    var lane = lane(OPTIONS.withRetry(OPTIONS.retry().withAttemptsMax(3)), items);
    run(lane, Duration.ofSeconds(30));

    assertThat(lane.stats().suspendedBecause())
        .contains("outage")
        .contains("IllegalStateException: no answer from db-7");
    assertThat(ran.size()).as("ten witnesses, then probes").isBetween(10, 10 + 16 + 6);
    run(lane, Duration.ofSeconds(100));
    assertThat(published).hasSize(500).noneMatch(record -> record.startsWith("dead"));
    assertThat(ran).as("no attempt was spent").allMatch(run -> run.endsWith("#1"));
    assertThat(lane.stats().work().spared()).isEqualTo(ran.size() - 500);
    assertThat(lane.stats().suspendedBecause()).isEmpty();
  }

  @Test
  void onePoisonItemAmongAHundredThousandIsDeadAndNothingElseIsTouched() {
    var items = new String[100_000];
    for (var i = 0; i < items.length; i++) items[i] = "k" + i + "-0";
    answer = name -> name.equals("k77-0") ? thrown("bad") : null;
    run(lane(OPTIONS, items), Duration.ofSeconds(60));

    assertThat(published).hasSize(100_000);
    assertThat(published.stream().filter(record -> record.startsWith("dead")))
        .singleElement()
        .asString()
        .startsWith("dead k77-0 THROWN: attempt 10 of 10 failed");
    assertThat(ran).hasSize(100_009);
  }

  @Test
  void poisonAmongWhatAnOutageHitsIsFoundWhenTheOutageIsOver() {
    var items = new String[100];
    for (var i = 0; i < items.length; i++) items[i] = "k" + i + "-0";
    answer =
        name -> {
          if (now < 10_000 * MS) return thrown("down");
          return name.equals("k7-0") ? thrown("bad") : null;
        };
    run(lane(OPTIONS, items), Duration.ofSeconds(60));

    assertThat(published).hasSize(100);
    assertThat(published.stream().filter(record -> record.startsWith("dead"))).hasSize(1);
    assertThat(ran.stream().filter(run -> run.equals("k7-0 #10"))).hasSize(1);
  }

  @Test
  void whenItIsSwitchedOffEveryFailureIsTheItemsOwn() {
    var items = new String[50];
    for (var i = 0; i < items.length; i++) items[i] = "k" + i + "-0";
    answer = _ -> thrown("down");
    run(
        lane(OPTIONS.withFailures(FailureOptions.DEFAULT.withOutage(Outage.NEVER)), items),
        Duration.ofSeconds(20));

    assertThat(published).hasSize(50).allMatch(record -> record.startsWith("dead"));
  }

  private final class OneFetch implements Source, Sink, Ledger {
    private final List<String> items;
    private boolean delivered;

    OneFetch(List<String> items) {
      this.items = items;
    }

    @Override
    public void poll(long maxWaitNanos, Listener listener) {
      if (delivered) return;
      delivered = true;
      listener.assigned(Map.of(0, new Committed(0, "")));
      for (var item : items) {
        var key = item.substring(0, item.indexOf('-'));
        listener.fetched(new TextItem(0, offset++, item, key, 1), null);
      }
    }

    @Override
    public void pause(Collection<Integer> partitions) {}

    @Override
    public void resume(Collection<Integer> partitions) {}

    @Override
    public Fate publish(Batch batch) {
      for (var made : batch.settlements()) published.add(TextSettlement.of(made));
      return new Fate.Done();
    }

    @Override
    public boolean recover(Batch batch) {
      return true;
    }

    @Override
    public Optional<Map<Integer, Committed>> committed(Collection<Integer> partitions) {
      throw new AssertionError("every fate is known");
    }
  }

  /// Runs a few chains a turn, as many as handlers run at once, and ends each attempt with what the
  /// test says.
  private final class Answering implements Handlers {
    private record Ended(Attempt attempt, AttemptResult result) {}

    private final Queue<Chain> chains = new ArrayDeque<>();
    private final Queue<Ended> ended = new ArrayDeque<>();

    @Override
    public int permits() {
      return OPTIONS.concurrency();
    }

    @Override
    public void run(Chain chain) {
      chains.add(chain);
    }

    private void runOne(Chain chain) {
      for (var attempt = chain.start(now); attempt != null; attempt = chain.start(now)) {
        var name = TextItem.of(attempt);
        ran.add(name + " #" + attempt.number());
        if (withDeadline.contains(name)) attempt.mustBeginWithin(Duration.ofSeconds(1), now);
        var said = answer.apply(name);
        var result = said == null ? new AttemptResult.Settled(made(name)) : said;
        chain.end(attempt, result);
        ended.add(new Ended(attempt, result));
      }
    }

    private static Settlement made(String name) {
      return new TextSettlement(name, 1, 1);
    }

    @Override
    public void abandon(Attempt attempt) {}

    @Override
    public void interrupt(Attempt attempt) {}

    @Override
    public void backlog(long unpublishedBytes) {
      for (var i = 0; i < OPTIONS.concurrency() && !chains.isEmpty(); i++) runOne(chains.remove());
    }

    @Override
    public void drain(Results results) {
      if (!ended.isEmpty()) {
        now += heldUpNanos;
        heldUpNanos = 0;
      }
      while (!ended.isEmpty()) {
        var one = ended.remove();
        results.ended(one.attempt(), one.result());
      }
    }

    @Override
    public void await(long maxNanos) {}
  }
}
