package dev.phaseline.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Ordering;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// The key queues against plain lists: whatever happens, of one key only the head of the line runs.
class KeyLanesTest {

  @Property(tries = 2_000)
  void itemsOfAKeyComeOneChainAtATimeAndInOrder(
      @ForAll Ordering ordering, @ForAll("programs") List<Integer> program) {
    var model = new Model(ordering);
    for (var step : program) {
      var argument = step / 8;
      switch (step % 8) {
        case 0, 1, 2 -> model.add(argument % 3, argument % 5);
        case 3 -> model.next(1 + argument % 6);
        case 4 -> model.run(1 + argument % 12);
        case 5 -> model.endOne(argument);
        case 6 -> model.failOne(argument);
        default -> model.wakeOne(argument);
      }
    }
    model.drain();
  }

  @Property(tries = 1_000)
  void whatAPartitionLeavesBehindGoesOn(@ForAll("programs") List<Integer> program) {
    var model = new Model(Ordering.KEY);
    for (var step : program) {
      var argument = step / 5;
      switch (step % 5) {
        case 0, 1 -> model.add(argument % 3, argument % 4);
        case 2 -> model.next(1 + argument % 6);
        case 3 -> model.run(1 + argument % 12);
        default -> model.dropPartition(argument % 3);
      }
    }
    model.drain();
  }

  @Example
  void aHotKeyComesInChains() {
    var keys = new KeyLanes(Ordering.KEY);
    var ledger = Ledgers.fresh(0);
    for (var i = 0; i < 100; i++) {
      keys.add(new Slot(ledger, keys.queueFor(0, "hot"), TextItem.at(0, i), null));
    }

    assertThat(keys.next(1_000, false)).hasSize(KeyLanes.CHAIN_MAX);
    assertThat(keys.hasReady()).as("one chain of a key at a time").isFalse();
  }

  @Example
  void aRunIsAsLongAsAChainOfOneKey() {
    var keys = new KeyLanes(Ordering.UNORDERED);
    var ledger = Ledgers.fresh(0);
    for (var i = 0; i < 100; i++) {
      keys.add(new Slot(ledger, keys.queueFor(0, null), TextItem.at(0, i), null));
    }

    assertThat(keys.next(1_000, true)).hasSize(KeyLanes.CHAIN_MAX);
    assertThat(keys.next(1_000, true)).hasSize(100 - KeyLanes.CHAIN_MAX);
    assertThat(keys.hasReady()).isFalse();
  }

  @Provide
  Arbitrary<List<Integer>> programs() {
    return Arbitraries.integers().between(0, 10_000).list().ofMaxSize(200);
  }

  private static final class Model {
    private final Ordering ordering;
    private final KeyLanes keys;
    private final List<PartitionLedger<Slot>> ledgers = new ArrayList<>();
    private final Map<Object, List<Slot>> lines = new LinkedHashMap<>();
    private final Map<Slot, Object> lineOf = new HashMap<>();
    private final List<List<Slot>> running = new ArrayList<>();
    private final Set<Slot> backingOff = new HashSet<>();
    private long offset;

    Model(Ordering ordering) {
      this.ordering = ordering;
      keys = new KeyLanes(ordering);
      for (var p = 0; p < 3; p++) {
        ledgers.add(Ledgers.fresh(p));
      }
    }

    void add(int partition, int key) {
      var named = key == 4 ? null : (Integer) key;
      var queue = keys.queueFor(partition, named);
      var slot = new Slot(ledgers.get(partition), queue, TextItem.at(partition, offset++), null);
      var line =
          switch (ordering) {
            case UNORDERED -> slot;
            case PARTITION -> partition;
            case KEY -> named == null ? slot : named;
          };
      lines.computeIfAbsent(line, _ -> new ArrayList<>()).add(slot);
      lineOf.put(slot, line);
      keys.add(slot);
    }

    private List<Slot> line(Slot slot) {
      return lines.getOrDefault(lineOf.get(slot), List.of());
    }

    void next(int max) {
      var chain = List.copyOf(keys.next(max, false));
      assertThat(chain.stream().map(lineOf::get).distinct()).hasSizeLessThanOrEqualTo(1);
      handedOut(chain, max);
    }

    /// Of as many keys as it takes.
    void run(int max) {
      var run = List.copyOf(keys.next(max, true));
      handedOut(run, max);
      if (run.size() < max) assertThat(keys.hasReady()).as("a run takes what there is").isFalse();
    }

    private void handedOut(List<Slot> chain, int max) {
      assertThat(chain.size()).isLessThanOrEqualTo(Math.min(max, KeyLanes.CHAIN_MAX));
      var lines = new ArrayList<List<Slot>>();
      for (var slot : chain) {
        if (!lines.contains(line(slot))) lines.add(line(slot));
      }
      for (var line : lines) {
        var its = chain.stream().filter(slot -> line(slot).equals(line)).toList();
        assertThat(line.subList(0, its.size())).as("the head of its line").isEqualTo(its);
        for (var other : running) assertThat(other).doesNotContainAnyElementsOf(line);
        assertThat(backingOff).doesNotContainAnyElementsOf(line);
      }
      if (!chain.isEmpty()) running.add(new ArrayList<>(chain));
    }

    /// The first of a chain is settled.
    void endOne(int which) {
      if (running.isEmpty()) return;
      var chain = running.get(which % running.size());
      var slot = chain.removeFirst();
      if (chain.isEmpty()) running.remove(which % running.size());
      line(slot).remove(slot);
      keys.ended(slot.queue);
    }

    /// The first of a chain fails: the rest is given back, the line waits for its next attempt.
    void failOne(int which) {
      if (running.isEmpty()) return;
      var chain = running.remove(which % running.size());
      for (var slot : chain.subList(1, chain.size()).reversed()) {
        keys.giveBack(slot);
        keys.ended(slot.queue);
      }
      var failed = chain.getFirst();
      keys.holdBack(failed);
      backingOff.add(failed);
    }

    void wakeOne(int which) {
      if (backingOff.isEmpty()) return;
      var sorted =
          backingOff.stream().sorted((a, b) -> Long.compare(a.offset(), b.offset())).toList();
      var slot = sorted.get(which % sorted.size());
      backingOff.remove(slot);
      keys.unblock(slot.queue);
    }

    /// As the lane does it: what runs is given up, what waits is dropped.
    void dropPartition(int partition) {
      var ledger = ledgers.get(partition);
      var queues = new HashSet<Slot.KeyQueue>();
      lineOf.keySet().stream()
          .filter(slot -> slot.ledger == ledger)
          .forEach(slot -> queues.add(slot.queue));
      for (var chain : running) {
        if (chain.stream().noneMatch(slot -> queues.contains(slot.queue))) continue;
        for (var slot : chain.reversed()) {
          if (slot.ledger != ledger) keys.giveBack(slot);
          if (queues.contains(slot.queue)) slot.queue.running--;
          else keys.ended(slot.queue);
        }
      }
      running.removeIf(chain -> chain.stream().anyMatch(slot -> queues.contains(slot.queue)));
      keys.drop(queues, slot -> slot.ledger == ledger);
      for (var line : lines.values()) line.removeIf(slot -> slot.ledger == ledger);
      lineOf.keySet().removeIf(slot -> slot.ledger == ledger);
    }

    void drain() {
      while (!backingOff.isEmpty()) wakeOne(0);
      for (var turn = 0; turn < 2 * offset + 2; turn++) {
        while (!running.isEmpty()) endOne(0);
        next(3);
      }
      assertThat(lines.values()).as("nothing is left behind").allMatch(List::isEmpty);
      assertThat(keys.hasReady()).isFalse();
    }
  }
}
