package dev.phaseline.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.RetryPolicy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a lane makes of what operators have said, on a log and handlers that do what they are told.
/// An item's name is its job and its place; its key is its job's first letter.
class LaneOrdersTest {
  private static final long MS = 1_000_000L;

  private final Map<String, Attempt> running = new HashMap<>();
  private final List<String> started = new ArrayList<>();
  private final List<String> interrupted = new ArrayList<>();
  private final List<String> published = new ArrayList<>();
  private final Queue<Runnable> results = new ArrayDeque<>();
  private final Set<String> cancelled = new HashSet<>();
  private final Queue<Item> log = new ArrayDeque<>();
  private final Handling handlers = new Handling();
  private boolean fetching = true;
  private boolean assigned;
  private long offset;
  private long now;

  private final Lane lane =
      new Lane(
          LaneSettings.of(
              PhaseOptions.DEFAULT
                  .withTimeout(Duration.ofSeconds(1))
                  .withRetry(
                      RetryPolicy.DEFAULT.withDelays(
                          Duration.ofMillis(100), Duration.ofMillis(100)))),
          new Ports(
              Ports.Log.of(new Log()),
              handlers,
              (slot, kind, _) -> new TextSettlement("dead " + TextItem.of(slot), 1, 1, true),
              new TrialGate(),
              () -> now,
              () -> 0.5));

  private void arrive(String... items) {
    for (var item : items) {
      log.add(new TextItem(0, offset++, item, item.substring(0, 1), 1));
    }
  }

  private void turns(int count) {
    for (var i = 0; i < count; i++) {
      lane.runOnce();
      now += 10 * MS;
    }
  }

  private void obey(boolean paused) {
    var none = cancelled.isEmpty();
    lane.obey(new LaneOrders(paused, none ? null : new Cancelling()));
  }

  private void ends(String item, AttemptResult result) {
    var attempt = running.remove(item);
    if (attempt == null) throw new AssertionError(item + " does not run");
    assertThat(((Chain) attempt.chain()).end(attempt, result)).as(item + " counts").isTrue();
    results.add(() -> handlers.sink(attempt, result));
  }

  private void ends(String item) {
    ends(item, new AttemptResult.Settled(new TextSettlement("done " + item, 1, 1)));
  }

  @Test
  void aPausedLaneStartsAndFetchesNothingAndCommitsWhatRuns() {
    arrive("a0", "a1", "b2");
    turns(3);
    assertThat(started).containsExactly("a0", "b2");
    obey(true);
    turns(2);
    assertThat(fetching).isFalse();
    ends("a0");
    turns(3);
    assertThat(published).containsExactly("done a0");
    assertThat(started).as("neither the next of its key").doesNotContain("a1");
    obey(false);
    turns(2);
    assertThat(fetching).isTrue();
    assertThat(started).containsExactly("a0", "b2", "a1");
  }

  @Test
  void whatWasHandedOutAndHasNotStartedIsTakenBackByAPause() {
    handlers.late = true;
    arrive("a0", "b1");
    turns(3);
    obey(true);
    handlers.startAll();
    assertThat(started).isEmpty();
    obey(false);
    turns(1);
    handlers.startAll();
    assertThat(started).containsExactlyInAnyOrder("a0", "b1");
  }

  @Test
  void itemsOfACancelledJobEndWithoutBeingHandledAndOthersDoNot() {
    cancelled.add("a");
    obey(false);
    arrive("a0", "b1", "a2");
    turns(4);
    assertThat(started).containsExactly("b1");
    assertThat(published).containsExactly("cancelled a0", "cancelled a2");
    assertThat(lane.stats().work().cancelled()).isEqualTo(2);
  }

  @Test
  void aRunningItemOfACancelledJobIsToldAndEndsSoWhateverItComesTo() {
    arrive("a0", "b1", "c2", "d3");
    turns(3);
    cancelled.addAll(List.of("a", "b", "c"));
    obey(false);
    assertThat(interrupted).containsExactlyInAnyOrder("a0", "b1", "c2");
    assertThat(published).as("they still run").isEmpty();
    ends("a0");
    ends("b1", new AttemptResult.Threw(new InterruptedException()));
    ends("c2", new AttemptResult.SuspendAsked(Duration.ofHours(1), "down"));
    ends("d3");
    turns(3);
    assertThat(published)
        .containsExactlyInAnyOrder("cancelled a0", "cancelled b1", "cancelled c2", "done d3");
    assertThat(lane.stats().suspendedBecause()).isEmpty();
    obey(false);
    assertThat(interrupted).as("saying it again tells nobody twice").hasSize(3);
  }

  @Test
  void aCancelledItemThatHangsEndsAtItsTimeoutAndDoesNotComeBack() {
    arrive("a0", "a1");
    turns(3);
    cancelled.add("a");
    obey(false);
    turns(120);
    assertThat(published).containsExactlyInAnyOrder("cancelled a0", "cancelled a1");
    assertThat(started).containsExactly("a0");
  }

  @Test
  void anItemThatWaitsForItsNextAttemptEndsWhenItIsDue() {
    arrive("a0");
    turns(3);
    ends("a0", new AttemptResult.Threw(new IllegalStateException("no")));
    turns(1);
    assertThat(lane.stats().backingOff()).isEqualTo(1);
    cancelled.add("a");
    obey(false);
    turns(20);
    assertThat(published).containsExactly("cancelled a0");
    assertThat(started).containsExactly("a0");
  }

  @Test
  void aCancelledItemInAPausedLaneEndsOnceItGoesOn() {
    cancelled.add("a");
    obey(false);
    obey(true);
    arrive("a0");
    turns(5);
    assertThat(published).isEmpty();
    obey(false);
    turns(3);
    assertThat(published).containsExactly("cancelled a0");
  }

  private final class Cancelling implements LaneOrders.Cancelled {
    @Override
    public boolean has(Item item) {
      return cancelled.contains(TextItem.of(item).substring(0, 1));
    }

    @Override
    public Settlement settlementOf(ItemHistory slot) {
      return new TextSettlement("cancelled " + TextItem.of(slot), 1, 1);
    }
  }

  private final class Handling implements Handlers {
    private final List<Chain> waiting = new ArrayList<>();
    private Results to = (_, _) -> {};
    private boolean late;

    void sink(Attempt attempt, AttemptResult result) {
      to.ended(attempt, result);
    }

    void startAll() {
      for (var chain : waiting) {
        var attempt = chain.start(now);
        if (attempt == null) continue;
        started.add(TextItem.of(attempt));
        running.put(TextItem.of(attempt), attempt);
      }
      waiting.clear();
    }

    @Override
    public int permits() {
      return 16;
    }

    @Override
    public void run(Chain chain) {
      waiting.add(chain); // the others of a chain come after it, which no test waits for
      if (!late) startAll();
    }

    @Override
    public void abandon(Attempt attempt) {}

    @Override
    public void interrupt(Attempt attempt) {
      interrupted.add(TextItem.of(attempt));
    }

    @Override
    public void backlog(long unpublishedBytes) {}

    @Override
    public void drain(Results sink) {
      to = sink;
      while (!results.isEmpty()) results.remove().run();
    }

    @Override
    public void await(long maxNanos) {}
  }

  private final class Log implements Source, Sink, Ledger {
    @Override
    public void poll(long maxWaitNanos, Listener to) {
      if (!assigned) {
        assigned = true;
        to.assigned(Map.of(0, new Committed(0, "")));
      }
      while (fetching && !log.isEmpty()) to.fetched(log.remove(), null);
    }

    @Override
    public void pause(Collection<Integer> partitions) {
      fetching = false;
    }

    @Override
    public void resume(Collection<Integer> partitions) {
      fetching = true;
    }

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
      throw new AssertionError("every fate is known here");
    }
  }
}
