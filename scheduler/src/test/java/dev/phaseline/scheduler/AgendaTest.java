package dev.phaseline.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.scheduler.Agenda.Change;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/// The agenda against the simplest thing that could be right.
final class AgendaTest {
  private static final long REMEMBER_MS = 20;

  /// One thing that happens.
  sealed interface Event {
    /// A timer is asked for.
    record Schedule(int id, long dueMs) implements Event {}

    /// A cancel comes.
    record Cancel(int id) implements Event {}

    /// Time goes by, and the agenda is looked at.
    record Pass(long ms, int max, boolean handIsFree) implements Event {}

    /// The process is gone, another begins with the same stores.
    record Restart() implements Event {}
  }

  /// A timer that fired.
  private record Fired(int id, long dueMs, long offset) {}

  /// The naive way: a map, sorted anew at each look.
  private static final class Model {
    private final Map<Integer, Fired> pending = new HashMap<>();
    private final Map<Integer, long[]> remembered = new HashMap<>(); // due, forget

    Change schedule(int id, long dueMs, long offset) {
      var fired = remembered.get(id);
      if (fired != null && fired[0] == dueMs) return Change.NOTHING;
      remembered.remove(id);
      var before = pending.put(id, new Fired(id, dueMs, offset));
      return before == null ? Change.ADDED : Change.REPLACED;
    }

    Change cancel(int id) {
      return pending.remove(id) == null ? Change.NOTHING : Change.CANCELLED;
    }

    List<Fired> look(long nowMs) {
      var due =
          pending.values().stream()
              .filter(one -> one.dueMs() <= nowMs)
              .sorted(Comparator.comparingLong(Fired::dueMs).thenComparingLong(Fired::offset))
              .toList();
      for (var one : due) {
        pending.remove(one.id());
        remembered.put(one.id(), new long[] {one.dueMs(), nowMs + REMEMBER_MS});
      }
      remembered.values().removeIf(fired -> fired[1] <= nowMs);
      return due;
    }
  }

  /// The stores of a partition, and who uses them now.
  private static final class Subject {
    private final KeyValueStore<Bytes, byte[]> timers = store("timers");
    private final KeyValueStore<Bytes, byte[]> totals = store("totals");
    private final List<Fired> fired = new ArrayList<>();
    private Agenda agenda = agenda();

    private static KeyValueStore<Bytes, byte[]> store(String name) {
      return Stores.inMemoryKeyValueStore(name).get();
    }

    private Agenda agenda() {
      return new Agenda(timers, totals, REMEMBER_MS);
    }

    void restart() {
      agenda = agenda();
    }

    Change schedule(int id, long dueMs, long offset) {
      var record = new StoredRecord(Long.toString(offset).getBytes(UTF_8), new RecordHeaders());
      return agenda.schedule(bytes(id), dueMs, offset, record);
    }

    /// Looks until nothing is due any more.
    List<Fired> look(long nowMs, int max) {
      fired.clear();
      while (agenda.nextMs() <= nowMs) {
        assertThat(agenda.run(nowMs, max, this::fire)).isTrue();
      }
      return List.copyOf(fired);
    }

    private boolean fire(byte[] id, long dueMs, StoredRecord record) {
      var value = record.value();
      assertThat(value).isNotNull();
      var offset = Long.parseLong(new String(value, UTF_8));
      fired.add(new Fired(Integer.parseInt(new String(id, UTF_8)), dueMs, offset));
      return true;
    }
  }

  @Property(tries = 2_000)
  void doesWhatANaiveOneDoes(@ForAll("histories") List<Event> history) {
    var model = new Model();
    var subject = new Subject();
    var nowMs = 1_000L;
    var offset = 0L;
    for (var event : history) {
      switch (event) {
        case Event.Schedule s -> {
          offset++;
          assertThat(subject.schedule(s.id(), s.dueMs(), offset))
              .isEqualTo(model.schedule(s.id(), s.dueMs(), offset));
        }
        case Event.Cancel c ->
            assertThat(subject.agenda.cancel(bytes(c.id()))).isEqualTo(model.cancel(c.id()));
        case Event.Pass p -> {
          nowMs += p.ms();
          if (!p.handIsFree()) subject.agenda.run(nowMs, p.max(), (id, due, record) -> false);
          // What is forgotten at this look is forgotten before or after what fires at it; both are
          // right, so forgetting has a look of its own.
          assertThat(subject.look(nowMs, p.max())).isEqualTo(model.look(nowMs));
        }
        case Event.Restart r -> subject.restart();
      }
      assertThat(subject.agenda.pending()).isEqualTo(model.pending.size());
    }
    nowMs += 1_000;
    assertThat(subject.look(nowMs, 3)).isEqualTo(model.look(nowMs));
    nowMs += 1_000;
    assertThat(subject.look(nowMs, 3)).isEmpty();
    // Everything fired and is forgotten: nothing may be left behind.
    assertThat(subject.agenda.pending()).isZero();
    assertThat(subject.agenda.nextMs()).isEqualTo(Agenda.NEVER);
    assertEmpty(subject.timers);
  }

  @Provide
  Arbitrary<List<Event>> histories() {
    var ids = Arbitraries.integers().between(0, 5);
    var dues = Arbitraries.longs().between(0, 1_200);
    Arbitrary<Event> schedule = Combinators.combine(ids, dues).as(Event.Schedule::new);
    Arbitrary<Event> near =
        Combinators.combine(ids, Arbitraries.longs().between(1_000, 1_030)).as(Event.Schedule::new);
    Arbitrary<Event> cancel = ids.map(Event.Cancel::new);
    Arbitrary<Event> pass =
        Combinators.combine(
                Arbitraries.longs().between(0, 15),
                Arbitraries.integers().between(1, 4),
                Arbitraries.of(true, true, true, false))
            .as(Event.Pass::new);
    Arbitrary<Event> restart = Arbitraries.of(new Event.Restart());
    return Arbitraries.oneOf(schedule, near, near, cancel, pass, pass, restart)
        .list()
        .ofMaxSize(80);
  }

  private static void assertEmpty(KeyValueStore<Bytes, byte[]> store) {
    try (var all = store.all()) {
      assertThat(all.hasNext()).isFalse();
    }
  }

  private static byte[] bytes(int id) {
    return Integer.toString(id).getBytes(UTF_8);
  }
}
