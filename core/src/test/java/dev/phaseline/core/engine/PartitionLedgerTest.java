package dev.phaseline.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// The ledger against sets of offsets.
class PartitionLedgerTest {
  private static final int LOG_RECORDS = 120;

  @Property(tries = 2_000)
  void theLedgerAgreesWithSetsOfOffsets(
      @ForAll("gaps") List<Long> gaps, @ForAll("programs") List<Integer> program) throws Exception {
    var model = new Model(gaps);
    for (var step : program) {
      switch (step % 8) {
        case 0, 1, 2 -> model.deliver(1 + step / 8 % 7);
        case 3, 4 -> model.settle(step / 8);
        case 5 -> model.commit(step / 8 % 5, true);
        case 6 -> model.commit(step / 8 % 5, false);
        default -> model.changeHands(step / 8 % 2 == 0);
      }
    }
    model.finish();
  }

  /// Everything but the first item is complete, and so far apart that the gaps do not fit.
  @Property(tries = 50)
  void whatDoesNotFitIsLeftOutAndFitsLater(@ForAll("programs") List<Integer> program)
      throws Exception {
    var gaps = new ArrayList<Long>();
    for (var i = 0; i < 700; i++) gaps.add(1L << 49);
    var model = new Model(gaps);
    model.deliver(700);
    model.settleLast();
    var held = model.commit(0, true);
    assertThat(held).as("left out of the commit").isEqualTo(1);
    for (var step : program) {
      model.settle(step);
      model.commit(0, step % 3 > 0);
    }
    model.finish();
  }

  @Example
  void anOffsetThatIsDeliveredTwiceIsABugOfTheLog() {
    var ledger = ledger(Progress.startingAt(0));
    ledger.deliver(4);

    assertThatThrownBy(() -> ledger.deliver(4)).hasMessageContaining("delivered 4 again");
  }

  private static PartitionLedger<Slot> ledger(Progress inherited) {
    var after =
        inherited.clean()
            ? inherited.quarantine().withoutDeath(inherited.through())
            : inherited.quarantine().afterDeath(inherited.through());
    return new PartitionLedger<>(
        0,
        inherited,
        new PartitionQuarantine<Slot>(
            LaneSettings.Trials.DEFAULT,
            new PartitionQuarantine.Start(after, 10, 0),
            new TrialGate().place()));
  }

  private static Slot slot(PartitionLedger<Slot> ledger, long offset) {
    return new Slot(ledger, new Slot.KeyQueue(null), TextItem.at(ledger.partition(), offset), null);
  }

  @Provide
  Arbitrary<List<Long>> gaps() {
    return Arbitraries.oneOf(
            Arbitraries.longs().between(0, 2),
            Arbitraries.longs().between(0, 300),
            Arbitraries.longs().between(0, 20_000))
        .list()
        .ofSize(LOG_RECORDS);
  }

  @Provide
  Arbitrary<List<Integer>> programs() {
    return Arbitraries.integers().between(0, 10_000).list().ofMaxSize(150);
  }

  /// What the ledger should know, kept as sets, and the ledger itself.
  private static final class Model {
    private final List<Long> log = new ArrayList<>(); // offsets that have a record
    private final TreeSet<Long> done = new TreeSet<>(); // committed
    private final TreeMap<Long, Slot> open = new TreeMap<>(); // delivered, not done
    private final List<Slot> settled = new ArrayList<>();
    private PartitionLedger<Slot> ledger = ledger(Progress.startingAt(0));
    private Progress committed = Progress.startingAt(0);
    private int next;

    Model(List<Long> gaps) {
      var at = 0L;
      for (var gap : gaps) {
        log.add(at + gap);
        at += gap + 1;
      }
    }

    void deliver(int count) {
      for (var i = 0; i < count && next < log.size(); i++) {
        var offset = log.get(next++);
        var wanted = ledger.deliver(offset);
        assertThat(wanted)
            .as("offset " + offset + " has to be handled")
            .isEqualTo(!done.contains(offset));
        if (!wanted) continue;
        var slot = slot(ledger, offset);
        ledger.append(slot);
        open.put(offset, slot);
      }
      agrees();
    }

    void settle(int which) {
      var unsettled = open.values().stream().filter(slot -> !slot.isSettled()).toList();
      if (unsettled.isEmpty()) return;
      settle(unsettled.get(which % unsettled.size()));
    }

    void settleLast() {
      settle(open.lastEntry().getValue());
    }

    private void settle(Slot slot) {
      slot.settle(new TextSettlement("output", 1, 1), 0);
      settled.add(slot);
    }

    /// @return how many settled items were left out because they do not fit
    int commit(int leaveOut, boolean happens) throws Exception {
      var group = new CommitGroup();
      var count = Math.max(0, settled.size() - leaveOut);
      for (var slot : settled.subList(0, count)) {
        if (slot.state() == ItemState.TOO_FAR) slot.to(ItemState.SETTLED);
        group.add(slot);
      }
      var proposed = ledger.propose(group.endOf(ledger), false);
      group.holdFrom(ledger, proposed.through());
      var held = count - group.slots().size();
      var written = group.slots().stream().map(Slot::offset).toList();
      assertThat(proposed.encode().length()).isLessThanOrEqualTo(Progress.CHARS_MAX);
      if (happens) {
        committed(proposed);
        for (var slot : List.copyOf(group.slots())) {
          ledger.remove(slot);
          open.remove(slot.offset());
          settled.remove(slot);
          done.add(slot.offset());
        }
      } else {
        for (var slot : group.slots()) slot.to(ItemState.SETTLED);
      }
      assertThat(happens ? done : open.keySet()).containsAll(written);
      agrees();
      return held;
    }

    private void committed(Progress proposed) throws Exception {
      var read = Progress.decode(proposed.frontier(), proposed.encode());
      assertThat(read).isEqualTo(proposed);
      assertThat(proposed.seq()).isGreaterThan(committed.seq());
      assertThat(proposed.frontier()).isGreaterThanOrEqualTo(committed.frontier());
      assertThat(proposed.through()).isGreaterThanOrEqualTo(committed.through());
      ledger.committed(proposed);
      committed = read;
    }

    /// The owner goes, with or without a last word, and the next one starts from what is committed.
    void changeHands(boolean orderly) throws Exception {
      if (orderly) committed(ledger.propose(0, true));
      agrees();
      ledger.close();
      settled.clear();
      open.clear();
      ledger = ledger(committed);
      next = 0;
      while (next < log.size() && log.get(next) < committed.frontier()) next++;
      agrees();
    }

    private void agrees() {
      for (var offset : log) {
        assertThat(committed.isComplete(offset))
            .as("offset " + offset + " in " + committed)
            .isEqualTo(done.contains(offset));
      }
      assertThat(ledger.incompleteCount()).isEqualTo(open.size());
      var first = log.stream().filter(offset -> !done.contains(offset)).findFirst();
      first.ifPresent(
          offset -> assertThat(ledger.frontier()).as("frontier").isLessThanOrEqualTo(offset));
      for (var offset : log) {
        if (offset < ledger.frontier()) assertThat(done).contains(offset);
      }
    }

    void finish() throws Exception {
      for (var i = 0; i < 2 * log.size() + 2 && done.size() < log.size(); i++) {
        deliver(log.size());
        open.values().stream().filter(slot -> !slot.isSettled()).toList().forEach(this::settle);
        commit(0, true);
      }
      assertThat(done).containsExactlyElementsOf(log);
      assertThat(committed.incomplete().size()).isZero();
    }
  }
}
