package dev.phaseline.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.PhaseOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// What the simulation does not show well: single decisions of a lane, on a log and handlers that
/// do what they are told. Time is a field.
class LaneTest {
  private static final long MS = 1_000_000L;

  private final FakeLog log = new FakeLog();
  private final FakeHandlers handlers = new FakeHandlers();
  private long now;
  private final Lane lane =
      new Lane(
          LaneSettings.of(PhaseOptions.DEFAULT.withTimeout(Duration.ofHours(1))),
          new Ports(
              Ports.Log.of(log),
              handlers,
              (_, kind, _) -> new TextSettlement("dead " + kind, 1, 1, true),
              new TrialGate(),
              () -> now,
              () -> 0.5));

  @Test
  void aPartitionWhoseProgressCanNotBeReadIsStoppedAndNamed() {
    log.assigns(0, new Ledger.Committed(5, "someone else's"));
    log.assigns(1, new Ledger.Committed(0, ""));
    log.delivers(0, 5);
    log.delivers(1, 0);
    turns(10);

    assertThat(lane.stopped().get(0)).contains("offset 5").contains("not written by Phaseline");
    assertThat(log.paused).contains(0);
    assertThat(handlers.ran).containsExactly("1@0");
    assertThat(log.committed.keySet()).as("nothing is committed over it").containsExactly(1);
  }

  @Test
  void progressOfATopicThatIsGoneIsNotTakenForThatOfItsNamesake() {
    var gone = new UUID(0, 1);
    var here = new UUID(0, 2);
    log.assigns(0, new Ledger.Committed(0, "", here));
    log.delivers(0, 0);
    turns(10);
    assertThat(log.committed(0).topic()).isEqualTo(here);
    log.polls.add(to -> to.revoked(List.of(0)));
    turns(10);
    var last = log.committed(0);
    log.assigns(0, new Ledger.Committed(last.offset(), last.metadata(), gone));
    turns(10);

    assertThat(lane.stopped().get(0)).contains(here.toString()).contains("which is gone");
  }

  @Test
  void aPartitionThatWasStoppedIsTakenUpWhenItComesBackSound() {
    log.assigns(0, new Ledger.Committed(5, "someone else's"));
    turns(2);
    log.polls.add(to -> to.revoked(List.of(0)));
    log.assigns(0, new Ledger.Committed(5, ""));
    log.delivers(0, 5);
    turns(10);

    assertThat(lane.stopped()).isEmpty();
    assertThat(handlers.ran).containsExactly("0@5");
  }

  @Test
  void oneSlowTransactionDoesNotMakeTheNextOneWaitAsLong() {
    log.assigns(0, new Ledger.Committed(0, ""));
    turns(3);
    handlers.hold.add("0@0");
    log.delivers(0, 0);
    log.delivers(0, 1);
    log.publishNanos = 60_000 * MS;
    turns(10);
    log.publishNanos = 0;
    assertThat(log.published).contains("0@1");

    log.delivers(0, 2);
    turns(2);
    now += 300 * MS;
    turns(2);
    assertThat(log.published).contains("0@2");
  }

  @Test
  void nothingStartsBeforeTheOwnerHasSaidThatItIsOne() {
    log.refusals = 3;
    log.assigns(0, new Ledger.Committed(0, ""));
    log.delivers(0, 0);
    for (var i = 0; i < 4; i++) { // one turn to learn of the partition, three refusals
      turns(1);
      assertThat(handlers.ran).isEmpty();
      now += 100 * MS;
    }
    assertThat(log.refusals).isZero();
    turns(3);
    assertThat(handlers.ran).containsExactly("0@0");
  }

  @Test
  void resultsAreOfferedAgainBeforeAPartitionIsLetGo() {
    log.assigns(0, new Ledger.Committed(0, ""));
    log.delivers(0, 0);
    turns(2);
    log.refusals = 2;
    log.polls.add(to -> to.revoked(List.of(0)));
    turns(2);

    assertThat(handlers.ran).containsExactly("0@0");
    assertThat(log.published).containsExactly("0@0");
  }

  @Test
  void anItemThatTheLogDoesNotTakeIsADeadLetterAndTheOthersArePublishedOnce() {
    log.tooLarge.add("0@1");
    deliverThree();
    pass(10);
    assertThat(log.published).containsExactlyInAnyOrder("0@0", "dead TOO_BIG", "0@2");
    assertThat(lane.stats().held()).isZero();
    assertThat(lane.stats().work().dead()).isEqualTo(1);
  }

  @Test
  void oneOfManyThatTheLogDoesNotTakeIsFoundWhenTheLogCanNotTell() {
    log.tooLarge.add("0@1");
    log.tellsWhich = false;
    deliverThree();
    pass(20);
    assertThat(log.published).containsExactlyInAnyOrder("0@0", "dead TOO_BIG", "0@2");
    assertThat(handlers.ran).as("no handler ran again").hasSize(3);
  }

  @Test
  void anItemThatTheLogRefusesForAnotherReasonThanItsSizeIsADeadLetterOfThatKind() {
    log.tooLarge.add("0@1");
    log.tellsWhich = false;
    log.refusal = Failure.Kind.REFUSED;
    deliverThree();
    pass(20);
    assertThat(log.published).containsExactlyInAnyOrder("0@0", "dead REFUSED", "0@2");
  }

  @Test
  void aDeadLetterThatTheLogDoesNotTakeIsKeptAndTheOthersGoOn() {
    log.tooLarge.addAll(List.of("0@1", "dead TOO_BIG"));
    deliverThree();
    pass(20);
    assertThat(log.published).containsExactlyInAnyOrder("0@0", "0@2");
    assertThat(log.committed(0).offset()).as("its place").isEqualTo(1);
    assertThat(lane.stats().held()).isEqualTo(1);
    var publishes = log.publishes;
    pass(20);
    assertThat(log.publishes).as("nothing is tried at once").isEqualTo(publishes);
    log.tooLarge.clear();
    now += 11_000 * MS;
    pass(5);
    assertThat(log.published).contains("dead TOO_BIG");
    assertThat(log.committed(0).offset()).isEqualTo(3);
  }

  @Test
  void aPartitionWhoseOffsetIsGoneWhenAFateIsReadBackIsStoppedAndNothingIsPublishedAgain() {
    deliverThree();
    log.answersLost = 1;
    log.onLostAnswer = log.committed::clear;
    pass(20);
    assertThat(log.published).as("once").containsExactlyInAnyOrder("0@0", "0@1", "0@2");
    assertThat(lane.stopped().get(0)).contains("offset was lost", "there is none", "or 3 if");
    assertThat(log.paused).contains(0);
    assertThat(log.committed).as("nothing is committed over it").isEmpty();
    assertThat(lane.isDrained()).isTrue();
  }

  @Test
  void aPartitionWhoseOffsetWasSetBackWhenAFateIsReadBackIsStopped() {
    deliverThree();
    log.answersLost = 1;
    log.onLostAnswer = () -> log.committed.put(0, new Ledger.Committed(0, ""));
    pass(20);
    assertThat(log.published).as("once").containsExactlyInAnyOrder("0@0", "0@1", "0@2");
    assertThat(lane.stopped().get(0)).contains("offset was lost", "it is 0 of an earlier time");
  }

  @Test
  void aPartitionThatTellsSpeaksForTheOthersOfItsTransactionAndOnlyTheLostOneIsStopped() {
    log.assigns(1, new Ledger.Committed(0, ""));
    deliverThree();
    log.delivers(1, 0);
    log.answersLost = 1;
    log.onLostAnswer = () -> log.committed.remove(0);
    pass(20);
    log.delivers(1, 1);
    pass(20);
    assertThat(log.published).doesNotHaveDuplicates().contains("0@2", "1@0", "1@1");
    assertThat(lane.stopped()).containsOnlyKeys(0);
    assertThat(log.committed(1).offset()).isEqualTo(2);
  }

  @Test
  void aFirstCommitThatDidNotHappenIsMadeAgain() {
    log.answersLost = 1;
    log.onLostAnswer = log.committed::clear;
    deliverThree();
    pass(20);
    assertThat(lane.stopped()).isEmpty();
    assertThat(log.committed(0).offset()).isEqualTo(3);
  }

  @Test
  void whatWasCommittedForATopicThatIsGoneDoesNotTellThatATransactionHappened() {
    var gone = new UUID(0, 1);
    var here = new UUID(0, 2);
    var old = new Progress(7, 0, 0, Progress.Offsets.NONE, true, Quarantine.NONE, gone).encode();
    log.answersLost = 1;
    log.onLostAnswer = () -> log.committed.put(0, new Ledger.Committed(0, old));
    log.assigns(0, new Ledger.Committed(0, "", here));
    for (var i = 0; i < 3; i++) log.delivers(0, i);
    pass(20);
    assertThat(lane.stopped()).isEmpty();
    assertThat(lane.stats().publication().aborts()).as("found not to have happened").isEqualTo(1);
    assertThat(log.committed(0).offset()).isEqualTo(3);
  }

  @Test
  void aPartitionWhoseOffsetIsFoundLostWhileItIsLetGoIsNotCommitted() {
    deliverThree();
    log.answersLost = 1;
    log.onLostAnswer = log.committed::clear;
    log.polls.add(to -> to.revoked(List.of(0)));
    pass(20);
    assertThat(log.committed).isEmpty();
    assertThat(lane.stopped()).as("it is not ours any more").isEmpty();
  }

  /// Turns, a tenth of a second apart.
  private void pass(int count) {
    for (var i = 0; i < count; i++) {
      lane.runOnce();
      now += 100 * MS;
    }
  }

  private void deliverThree() {
    log.assigns(0, new Ledger.Committed(0, ""));
    turns(3);
    for (var i = 0; i < 3; i++) log.delivers(0, i);
  }

  @Test
  void thePermitsThatALaneReportsAreThoseThatItsHandlersHaveNow() {
    assertThat(lane.stats().permits()).isEqualTo(16);
    handlers.permits = 3; // an operator has said so
    assertThat(lane.stats().permits()).isEqualTo(3);
  }

  private void turns(int count) {
    for (var i = 0; i < count; i++) lane.runOnce();
  }

  private final class FakeLog implements Source, Sink, Ledger {
    final Queue<Consumer<Listener>> polls = new ArrayDeque<>();
    final Set<Integer> paused = new HashSet<>();
    final Map<Integer, Committed> committed = new java.util.TreeMap<>();
    final List<String> published = new ArrayList<>();
    final Set<String> tooLarge = new HashSet<>();
    boolean tellsWhich = true;
    Failure.Kind refusal = Failure.Kind.TOO_BIG;
    int publishes;
    long publishNanos;
    int refusals;
    int answersLost;
    Runnable onLostAnswer = () -> {};

    Committed committed(int partition) {
      return Objects.requireNonNull(committed.get(partition));
    }

    void assigns(int partition, Committed from) {
      polls.add(to -> to.assigned(Map.of(partition, from)));
    }

    void delivers(int partition, long offset) {
      var name = partition + "@" + offset;
      polls.add(to -> to.fetched(new TextItem(partition, offset, name, name, 1), null));
    }

    @Override
    public void poll(long maxWaitNanos, Listener listener) {
      while (!polls.isEmpty()) polls.remove().accept(listener);
    }

    @Override
    public void pause(Collection<Integer> partitions) {
      paused.addAll(partitions);
    }

    @Override
    public void resume(Collection<Integer> partitions) {
      paused.removeAll(partitions);
    }

    @Override
    public Fate publish(Batch batch) {
      now += publishNanos;
      if (refusals > 0) {
        refusals--;
        return new Fate.Aborted("refused on purpose");
      }
      publishes++;
      var items = new HashMap<Integer, String>();
      for (var i = 0; i < batch.size(); i++) {
        var output = TextSettlement.of(batch.settlement(i));
        if (tooLarge.contains(output)) items.put(i, output + " is too large");
      }
      if (!items.isEmpty()) {
        var known = tellsWhich || batch.size() == 1 ? items : Map.<Integer, String>of();
        return new Fate.Refused(refusal, known, "too large");
      }
      for (var made : batch.settlements()) published.add(TextSettlement.of(made));
      committed.putAll(batch.offsets());
      if (answersLost == 0) return new Fate.Done();
      answersLost--;
      onLostAnswer.run();
      return new Fate.Unknown("lost on purpose");
    }

    @Override
    public boolean recover(Batch batch) {
      return true;
    }

    @Override
    public Optional<Map<Integer, Committed>> committed(Collection<Integer> partitions) {
      return Optional.of(committed);
    }
  }

  private final class FakeHandlers implements Handlers {
    final List<String> ran = new ArrayList<>();
    final Set<String> hold = new HashSet<>();
    private final Queue<Attempt> ended = new ArrayDeque<>();
    private int permits = 16;

    @Override
    public int permits() {
      return permits;
    }

    @Override
    public void run(Chain chain) {
      for (var attempt = chain.start(now); attempt != null; attempt = chain.start(now)) {
        ran.add(TextItem.of(attempt));
        if (hold.contains(TextItem.of(attempt))) return;
        chain.end(attempt, settled(attempt));
        ended.add(attempt);
      }
    }

    private static AttemptResult settled(Attempt attempt) {
      return new AttemptResult.Settled(new TextSettlement(TextItem.of(attempt), 1, 1));
    }

    @Override
    public void abandon(Attempt attempt) {}

    @Override
    public void interrupt(Attempt attempt) {}

    @Override
    public void backlog(long unpublishedBytes) {}

    @Override
    public void drain(Results results) {
      while (!ended.isEmpty()) {
        var attempt = ended.remove();
        results.ended(attempt, settled(attempt));
      }
    }

    @Override
    public void await(long maxNanos) {
      now += maxNanos;
    }
  }
}
