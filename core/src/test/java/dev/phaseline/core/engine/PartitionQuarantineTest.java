package dev.phaseline.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.engine.Quarantine.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// The search for the record that kills its worker, against a log in which it is known.
class PartitionQuarantineTest {
  private static final LaneSettings.Trials RULE = LaneSettings.Trials.DEFAULT;

  /// Two before anything is held back, three that halve nothing but split by eight, three alone.
  private static final int DEATHS_MAX = 2 + 3 + RULE.crashesAloneMax();

  @Property(tries = 300)
  void aPoisonIsFoundAfterABoundedNumberOfDeathsAndNothingElseIs(
      @ForAll @IntRange(min = 1, max = 3_000) int items,
      @ForAll @IntRange(max = 2_999) int at,
      @ForAll long seed)
      throws Exception {
    var search = new Search(items, new Random(seed));
    search.poisons.add((long) at % items);
    search.toTheEnd();

    assertThat(search.crashed).as("buried").isEqualTo(search.poisons);
    assertThat(search.deaths).as("deaths").isLessThanOrEqualTo(DEATHS_MAX);
  }

  @Property(tries = 100)
  void severalPoisonsAreFoundOneAfterTheOther(
      @ForAll @IntRange(min = 10, max = 2_000) int items, @ForAll long seed) throws Exception {
    var dice = new Random(seed);
    var search = new Search(items, dice);
    for (var i = 0; i < 4; i++) search.poisons.add((long) dice.nextInt(items));
    search.toTheEnd();

    assertThat(search.crashed).isEqualTo(search.poisons);
    assertThat(search.deaths).isLessThanOrEqualTo(DEATHS_MAX * search.poisons.size());
  }

  /// Kills from outside, at any moment: whatever was on trial then has not done it.
  @Property(tries = 300)
  void killsWithoutAPoisonBuryNothingAndCostFewTrials(
      @ForAll @IntRange(min = 1, max = 3_000) int items, @ForAll long seed) throws Exception {
    var search = new Search(items, new Random(seed));
    search.killsLeft = 5;
    search.toTheEnd();

    assertThat(search.crashed).isEmpty();
    assertThat(search.trials)
        .as("trials of the last owner")
        .isLessThanOrEqualTo(2 * RULE.parts() + 10 + items / RULE.itemsMax());
    // Two stretches can be split down to single items at the same time: the trial that the last
    // owner died of, and what is left behind it of the wider one, if that is no longer than parts.
    assertThat(search.alone).as("of those alone").isLessThanOrEqualTo(2 * RULE.parts());
  }

  @Example
  void oneDeadOwnerIsAnAccidentAndTwoAreNot() throws Exception {
    var search = new Search(3, new Random(1));
    search.begin();
    search.die();
    search.begin();
    assertThat(search.quarantine().holds(0)).as("after one").isFalse();
    search.die();
    search.begin();
    assertThat(search.quarantine().holds(0)).as("after two").isTrue();
  }

  @Example
  void suspectsAreCountedNotMeasured() {
    var quarantine = quarantine(new Quarantine(2, 0, List.of(), Trial.NONE), 10);
    for (var i = 0; i < 11; i++) quarantine.delivered(i * 1_000_000L, false);

    assertThat(quarantine.isHeld(9_000_000L)).as("the tenth").isTrue();
    assertThat(quarantine.isHeld(10_000_000L)).as("the eleventh").isFalse();
  }

  @Example
  void whatComesAfterTheLogWasReadToItsEndIsNotSuspected() {
    var quarantine = quarantine(new Quarantine(2, 0, List.of(), Trial.NONE), 1_000);
    quarantine.delivered(0, false);
    quarantine.caughtUp();
    quarantine.delivered(1, false);

    assertThat(quarantine.isHeld(0)).isTrue();
    assertThat(quarantine.isHeld(1)).isFalse();
    assertThat(quarantine.commitWanted(false)).as("before it is done").isFalse();
    quarantine.settled(0);
    assertThat(quarantine.note(0, 2, false, false).deaths()).as("not committed").isEqualTo(2);
    assertThat(quarantine.note(1, 2, false, false)).isEqualTo(Quarantine.NONE);
    quarantine.completed(0);
    assertThat(quarantine.commitWanted(false)).as("that it is over").isTrue();
    assertThat(quarantine.note(0, 2, false, false)).isEqualTo(Quarantine.NONE);
  }

  @Example
  void aTrialThatCameUpDuringACommitStillWantsOne() {
    var quarantine = quarantine(new Quarantine(2, 0, List.of(), Trial.NONE), 10);
    var underWay = quarantine.note(0, 0, false, false);
    quarantine.delivered(0, false);
    quarantine.await(slot(quarantine, 0));
    quarantine.propose();
    quarantine.committed(underWay);

    assertThat(quarantine.commitWanted(false)).isTrue();
    assertThat(quarantine.release()).as("before its commit").isNull();
    quarantine.committed(quarantine.note(0, 1, false, false));
    assertThat(quarantine.commitWanted(false)).isFalse();
    assertThat(quarantine.release()).isNotNull();
  }

  @Example
  void anOwnerThatHasItsPartitionBackDidNotDie() {
    var wide = new Trial(3, 9, 6, 0);
    var before = new Quarantine(2, 20, List.of(), wide);

    assertThat(before.withoutDeath(15)).isEqualTo(new Quarantine(2, 20, List.of(), Trial.NONE));
    assertThat(before.afterDeath(25)).isEqualTo(new Quarantine(3, 25, List.of(wide), Trial.NONE));
    assertThat(Quarantine.NONE.withoutDeath(15)).isEqualTo(Quarantine.NONE);
  }

  @Example
  void aDeathInAnotherPlaceDoesNotUndoWhatIsKnown() {
    var known = new Trial(10, 11, 1, 2);
    var elsewhere = new Trial(3, 9, 6, 0);
    var part = new Trial(5, 7, 2, 0);
    var after = new Quarantine(4, 20, List.of(known), elsewhere).afterDeath(0);

    assertThat(after.narrowed()).containsExactly(elsewhere, known);
    assertThat(new Quarantine(5, 20, after.narrowed(), part).afterDeath(0).narrowed())
        .containsExactly(part, new Trial(7, 9, 2, 0), known);
  }

  @Example
  void theWidestIsForgottenWhenThereAreTooMany() {
    var quarantine = Quarantine.NONE;
    for (var i = 0; i < 6; i++) {
      var trial = new Trial(100L * i, 100L * i + 10, 1 + i % 5, 0);
      quarantine = new Quarantine(2, 600, quarantine.narrowed(), trial).afterDeath(0);
    }
    assertThat(quarantine.narrowed()).extracting(Trial::items).containsExactly(1, 2, 3, 1);
  }

  @Example
  void trialsOfManyShareTheGateAndOneAloneHasItForItself() {
    var gate = new TrialGate();
    var first = gate.place();
    var second = gate.place();
    var alone = gate.place();
    var late = gate.place();
    assertThat(first.tryEnter(false)).isTrue();
    assertThat(second.tryEnter(false)).isTrue();
    assertThat(alone.tryEnter(true)).as("while others are inside").isFalse();
    assertThat(late.tryEnter(false)).as("past one that waits").isFalse();
    first.leave();
    second.leave();
    assertThat(late.tryEnter(false)).as("before its turn").isFalse();
    assertThat(alone.tryEnter(true)).isTrue();
    assertThat(late.tryEnter(false)).isFalse();
    alone.leave();
    assertThat(late.tryEnter(false)).isTrue();
  }

  @Example
  void whoStopsWaitingAtTheGateHoldsUpNobody() {
    var gate = new TrialGate();
    var inside = gate.place();
    var alone = gate.place();
    var late = gate.place();
    assertThat(inside.tryEnter(false)).isTrue();
    assertThat(alone.tryEnter(true)).isFalse();
    alone.leave();
    assertThat(late.tryEnter(false)).isTrue();
  }

  private static PartitionQuarantine<Slot> quarantine(Quarantine inherited, int toCome) {
    return new PartitionQuarantine<Slot>(
        RULE, new PartitionQuarantine.Start(inherited, toCome, 0), new TrialGate().place());
  }

  private static Slot slot(PartitionQuarantine<Slot> quarantine, long offset) {
    var ledger = new PartitionLedger<>(0, Progress.startingAt(0), quarantine);
    return new Slot(ledger, new Slot.KeyQueue(null), TextItem.at(ledger.partition(), offset), null);
  }

  /// Owner after owner of one partition, until everything in it is done.
  private static final class Search {
    final TreeSet<Long> poisons = new TreeSet<>();
    final TreeSet<Long> crashed = new TreeSet<>();
    private final TreeSet<Long> done = new TreeSet<>(); // committed
    private final int items;
    private final Random dice;
    private final List<Slot> settled = new ArrayList<>();
    private PartitionLedger<Slot> ledger;
    private Progress committed = Progress.startingAt(0);
    int killsLeft;
    int deaths;
    int trials;
    int alone;

    Search(int items, Random dice) {
      this.items = items;
      this.dice = dice;
      this.ledger = new PartitionLedger<>(0, committed, PartitionQuarantineTest.fresh(committed));
    }

    PartitionQuarantine<Slot> quarantine() {
      return ledger.quarantine();
    }

    void toTheEnd() throws Exception {
      for (var owners = 0; owners < 200 && done.size() < items; owners++) {
        begin();
        if (!works()) die();
      }
      assertThat(done).hasSize(items);
      assertThat(committed.quarantine()).as("when all is done").isEqualTo(Quarantine.NONE);
    }

    void begin() throws Exception {
      ledger = new PartitionLedger<>(0, committed, PartitionQuarantineTest.fresh(committed));
      settled.clear();
      trials = 0;
      alone = 0;
      for (var offset = committed.frontier(); offset < items; offset++) {
        if (!ledger.deliver(offset)) continue;
        ledger.append(
            new Slot(
                ledger, new Slot.KeyQueue(null), TextItem.at(ledger.partition(), offset), null));
      }
      quarantine().caughtUp();
      commit();
    }

    void die() {
      deaths++;
    }

    /// @return whether this owner lives
    private boolean works() throws Exception {
      var free = new ArrayList<Slot>();
      for (var slot = ledger.firstIncomplete(); slot != null; slot = slot.after) {
        if (quarantine().condemns(slot.offset())) bury(slot);
        else if (quarantine().holds(slot.offset())) quarantine().await(slot);
        else free.add(slot);
      }
      if (!run(free)) return false;
      while (!quarantine().isIdle() || !settled.isEmpty()) {
        quarantine().close();
        quarantine().propose();
        commit();
        var now = new ArrayList<Slot>();
        for (var slot = quarantine().release(); slot != null; slot = quarantine().release()) {
          now.add(slot);
        }
        if (now.isEmpty()) continue;
        trials++;
        if (committed.quarantine().trial().isAlone()) alone++;
        assertThat(now).hasSizeLessThanOrEqualTo(committed.quarantine().trial().items());
        for (var slot : now) assertThat(quarantine().holds(slot.offset())).isFalse();
        if (!run(now)) return false;
      }
      return true;
    }

    private void bury(Slot slot) {
      crashed.add(slot.offset());
      settle(slot);
    }

    /// In any order, with commits in between.
    private boolean run(List<Slot> batch) throws Exception {
      java.util.Collections.shuffle(batch, dice);
      for (var slot : batch) {
        if (poisons.contains(slot.offset())) return false;
        if (killsLeft > 0 && dice.nextInt(200) == 0) {
          killsLeft--;
          return false;
        }
        settle(slot);
        if (dice.nextInt(50) == 0) commit();
      }
      return true;
    }

    private void settle(Slot slot) {
      slot.settle(new TextSettlement("output", 1, 1), 0);
      quarantine().settled(slot.offset());
      settled.add(slot);
    }

    private void commit() throws Exception {
      var group = new CommitGroup();
      for (var slot : settled) group.add(slot);
      var proposed = ledger.propose(group.endOf(ledger), false);
      group.holdFrom(ledger, proposed.through());
      committed = Progress.decode(proposed.frontier(), proposed.encode());
      ledger.committed(proposed);
      for (var slot : settled) {
        ledger.remove(slot);
        done.add(slot.offset());
      }
      settled.clear();
    }
  }

  private static PartitionQuarantine<Slot> fresh(Progress inherited) {
    var after =
        inherited.clean()
            ? inherited.quarantine().withoutDeath(inherited.through())
            : inherited.quarantine().afterDeath(inherited.through());
    return quarantine(after, 6_000);
  }
}
