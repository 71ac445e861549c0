package dev.phaseline.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.DeadKind;
import dev.phaseline.core.FailureOptions;
import dev.phaseline.core.FailureOptions.Outage;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.RetryPolicy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// How a lane has failure handlers run before it gives items up, on a clock that is a field. An
/// item's name is its key, a dash and its place.
class FailureHandlerRunTest {
  private static final long MS = 1_000_000L;
  private static final PhaseOptions OPTIONS =
      PhaseOptions.DEFAULT
          .withTimeout(Duration.ofSeconds(10))
          .withRetry(
              RetryPolicy.DEFAULT
                  .withAttemptsMax(2)
                  .withDelays(Duration.ofMillis(10), Duration.ofMillis(10)))
          .withFailures(FailureOptions.DEFAULT.withOutage(Outage.NEVER));

  private final List<String> ran = new ArrayList<>();
  private final List<String> published = new ArrayList<>();
  private Function<String, AttemptResult> handler = _ -> thrown("no");
  private Function<String, @Nullable AttemptResult> failureHandler = this::settled;
  private long now;

  private Lane lane(PhaseOptions options, String... items) {
    var ports =
        new Ports(
            Ports.Log.of(new Log(items)),
            new Answering(),
            (slot, kind, why) -> new TextSettlement(letter(slot, kind, why), 1, 1, true),
            new TrialGate(),
            () -> now,
            () -> 0.5);
    return new Lane(LaneSettings.of(options), ports);
  }

  private static String letter(ItemHistory slot, Failure.Kind kind, String why) {
    var last = slot.lastFailure();
    var words = last == null ? why : last.kind() + ": " + last.butItsHandler(why);
    return "dead " + TextItem.of(slot) + " " + kind + " " + words;
  }

  private AttemptResult settled(String name) {
    return new AttemptResult.Settled(new TextSettlement("decided " + name, 1, 1));
  }

  private static AttemptResult thrown(String message) {
    return new AttemptResult.Threw(new IllegalStateException(message));
  }

  private void run(Lane lane, Duration howLong) {
    for (var until = now + howLong.toNanos(); now < until; now += MS) lane.runOnce();
  }

  @Test
  void itIsAskedAfterTheLastAttemptAndBeforeTheNextItemOfItsKey() {
    run(lane(OPTIONS, "a-0", "a-1"), Duration.ofMillis(100));

    assertThat(ran)
        .containsExactly(
            "a-0 #1",
            "a-0 #2",
            "a-0 asked #2: FAILED attempt 2 of 2 failed: IllegalStateException: no",
            "a-1 #1",
            "a-1 #2",
            "a-1 asked #2: FAILED attempt 2 of 2 failed: IllegalStateException: no");
    assertThat(published).containsExactly("decided a-0", "decided a-1");
  }

  @Test
  void itIsAskedWhenTheHandlerGivesUp() {
    handler = _ -> gaveUp();
    run(lane(OPTIONS, "a-0"), Duration.ofMillis(100));

    assertThat(ran).containsExactly("a-0 #1", "a-0 asked #1: REJECTED enough");
    assertThat(published).containsExactly("decided a-0");
  }

  private static AttemptResult gaveUp() {
    return new AttemptResult.GaveUp(new LastFailure(DeadKind.REJECTED, "enough", false));
  }

  @Test
  void aSuspensionHasItAskedAgain() {
    failureHandler =
        name ->
            ran.size() == 3
                ? new AttemptResult.SuspendAsked(Duration.ofSeconds(1), "away")
                : settled(name);
    var lane = lane(OPTIONS, "a-0");
    run(lane, Duration.ofMillis(500));
    assertThat(ran).hasSize(3);
    run(lane, Duration.ofSeconds(1));

    assertThat(ran).hasSize(4).element(3).asString().startsWith("a-0 asked #2");
    assertThat(published).containsExactly("decided a-0");
  }

  @Test
  void whatComesToNothingIsADeadLetterThatNamesBoth() {
    failureHandler = _ -> thrown("no idea");
    run(lane(OPTIONS, "a-0", "a-1"), Duration.ofMillis(100));

    assertThat(published)
        .contains(
            "dead a-0 UNDECIDED FAILED: attempt 2 of 2 failed: IllegalStateException: no; its"
                + " failure handler failed")
        .hasSize(2);
  }

  @Test
  void onePastItsTimeoutIsGivenUpAndTheItemIsDead() {
    failureHandler = _ -> null; // never ends
    run(lane(OPTIONS, "a-0"), Duration.ofSeconds(12));

    assertThat(published)
        .containsExactly(
            "dead a-0 UNDECIDED FAILED: attempt 2 of 2 failed: IllegalStateException: no; its"
                + " failure handler gave no sign of life for PT10S");
  }

  @Test
  void itemsWhoseAttemptsWereAnOutagesHaveThemBackInsteadOfBeingDecidedAbout() {
    handler = name -> now < 60 * MS ? thrown("down") : settled(name);
    var options =
        OPTIONS
            .withRetry(OPTIONS.retry().withAttemptsMax(1))
            .withFailures(FailureOptions.DEFAULT.withOutage(Outage.DEFAULT.withKeysMin(3)));
    run(lane(options, "a-0", "b-0", "c-0", "d-0"), Duration.ofSeconds(20));

    assertThat(ran)
        .as("nothing was asked, no attempt was spent")
        .allMatch(run -> run.endsWith("-0 #1"));
    assertThat(published)
        .containsExactlyInAnyOrder("decided a-0", "decided b-0", "decided c-0", "decided d-0");
  }

  private final class Log extends OnePartitionLog {
    private final List<String> items;
    private boolean isDelivered;

    Log(String... items) {
      super(new Committed(0, ""));
      this.items = List.of(items);
    }

    @Override
    void deliver(long maxWaitNanos, Listener listener) {
      if (isDelivered) return;
      isDelivered = true;
      for (var i = 0; i < items.size(); i++) {
        var name = items.get(i);
        listener.fetched(new TextItem(0, i, name, name.substring(0, name.indexOf('-')), 1), null);
      }
    }

    @Override
    public Fate publish(Batch batch) {
      for (var made : batch.settlements()) published.add(TextSettlement.of(made));
      return new Fate.Done();
    }
  }

  /// Ends each attempt in the turn that it begins in, with what the test says.
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

    private void runAll(Chain chain) {
      for (var attempt = chain.start(now); attempt != null; attempt = chain.start(now)) {
        attempt.hasFailureHandler();
        var name = TextItem.of(attempt);
        var last = attempt.lastFailure();
        var asked = last == null ? "" : " asked";
        var why = last == null ? "" : ": " + last.kind() + " " + last.reason();
        ran.add(name + asked + " #" + attempt.number() + why);
        var result = last == null ? handler.apply(name) : failureHandler.apply(name);
        if (result == null) return;
        chain.end(attempt, result);
        ended.add(new Ended(attempt, result));
      }
    }

    @Override
    public void abandon(Attempt attempt) {}

    @Override
    public void interrupt(Attempt attempt) {}

    @Override
    public void backlog(long unpublishedBytes) {
      while (!chains.isEmpty()) runAll(chains.remove());
    }

    @Override
    public void drain(Results results) {
      while (!ended.isEmpty()) {
        var one = ended.remove();
        results.ended(one.attempt(), one.result());
      }
    }

    @Override
    public void await(long maxNanos) {}
  }
}
