package dev.phaseline.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.phaseline.jdbc.ReconcileResult.Finished;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The contract on full runs, for every database; with those on changes and phases.
abstract class ReconcileContract extends SyncContract {
  private final SyncTable marked = cities.seen("seen");

  private Reconciliation run(long revision) {
    return Reconciliation.of(marked, revision);
  }

  private SyncResult see(Reconciliation run, String code, String name, long since)
      throws SQLException {
    return changed(connection -> run.upsert(connection, code, values(name, 1), since));
  }

  private ReconcileResult finish(Reconciliation run) throws SQLException {
    return run.finish(source(), RunEnd.COMPLETE);
  }

  /// Rows of revision 1, with the codes `c0`, `c1` and so on.
  private void rows(int count) throws SQLException {
    committed(
        connection -> {
          try (var writer = marked.on(connection)) {
            for (var i = 0; i < count; i++) writer.upsert("c" + i, values("n", 1), 1);
          }
          return count;
        });
  }

  @Test
  void whatAFullRunDidNotSeeIsDeleted() throws Exception {
    rows(20);
    var run = run(10);
    for (var i = 2; i < 20; i++) {
      assertThat(see(run, "c" + i, "n", 1)).isEqualTo(SyncResult.UNCHANGED);
    }
    assertThat(see(run, "new", "n", 7)).isEqualTo(SyncResult.INSERTED);
    upsert("newer", "n", 1, 10);
    assertThat(finish(run)).isEqualTo(new Finished(22, 2));
    assertThat(rowsOfCity()).hasSize(20).containsKeys("new", "newer").doesNotContainKey("c1");
    assertThat(rowsOfCity().get("c2")).as("its own revision").isEqualTo("n 1 @1");

    assertThat(upsert("c1", "late", 1, 9)).isEqualTo(SyncResult.STALE);
    assertThat(finish(run)).as("again").isEqualTo(new Finished(20, 0));
    assertThat(upsert("c1", "back", 1, 11)).isEqualTo(SyncResult.INSERTED);
  }

  @Test
  void aRunWithFailuresDeletesNothing() throws Exception {
    rows(3);
    var run = run(10).withShareMax(1);
    var ends =
        Map.of(
            RunEnd.of("j", "dead", 1), "job j has ended as dead, with 1 dead letters",
            RunEnd.of("j", "done", 0).and(RunEnd.of("k", "cancelled", 0)),
                "job k has ended as cancelled, with 0 dead letters",
            RunEnd.incomplete("no end of job j").and(RunEnd.COMPLETE), "no end of job j");
    for (var end : ends.entrySet()) {
      var result = run.finish(source(), end.getKey());
      assertThat(result).isEqualTo(new ReconcileResult.Incomplete(end.getValue()));
      assertThatThrownBy(result::orThrow).hasMessageContaining(end.getValue());
    }
    assertThat(rowsOfCity()).hasSize(3);
    assertThat(run.finish(source(), RunEnd.of("j", "done", 0)).orThrow().deleted()).isEqualTo(3);
  }

  @Test
  void moreThanTheShareNeedsAnApproval() throws Exception {
    rows(40);
    var run = run(10);
    for (var i = 5; i < 40; i++) see(run, "c" + i, "n", 1);
    var refused = finish(run);
    assertThat(refused).isEqualTo(new ReconcileResult.Refused("city", 10, 40, 5, 4));
    assertThatThrownBy(refused::orThrow)
        .hasMessage(
            "the full run of city at revision 10 did not see 5 of its 40 rows, and may delete 4:"
                + " find out whether the source listed all of them, then list it again, or end this"
                + " run with Reconciliation.approving(5)");
    assertThat(finish(run.withShareMax(0))).isInstanceOf(ReconcileResult.Refused.class);
    assertThat(rowsOfCity()).hasSize(40);
    assertThat(finish(run.approving(5))).isEqualTo(new Finished(40, 5));
    assertThat(rowsOfCity()).hasSize(35);
  }

  @Test
  void anEndThatIsCutOffGoesOn() throws Exception {
    rows(450);
    var run = run(10).withShareMax(1);
    see(run, "c7", "n", 1);
    for (var after : List.of(true, false)) {
      var commits = new AtomicInteger();
      var cut =
          new FlakySource(
              source(),
              (method, isAfter) -> {
                if (method.equals("commit") && after == isAfter && commits.incrementAndGet() == 2) {
                  throw new SQLException("killed", "08006");
                }
              });
      assertThatThrownBy(() -> run.finish(cut, RunEnd.COMPLETE)).hasMessageContaining("killed");
    }
    var beats = new AtomicInteger();
    var result = run.finish(source(), RunEnd.COMPLETE, beats::incrementAndGet);
    assertThat(result).as("one of the two cut off was committed").isEqualTo(new Finished(250, 249));
    assertThat(beats.get()).isGreaterThan(1);
    assertThat(rowsOfCity().keySet()).containsExactly("c7");
  }

  @Test
  void endsAtOnceDeleteEachRowOnce() throws Exception {
    rows(250);
    var run = run(10).withShareMax(1);
    Callable<Long> end = () -> finish(run).orThrow().deleted();
    var deleted = together(List.of(end, end, end));
    assertThat(deleted.stream().mapToLong(Long::longValue).sum()).isEqualTo(250);
    assertThat(rowsOfCity()).isEmpty();
  }

  @Test
  void runsMayOverlap() throws Exception {
    var earlier = run(10).withShareMax(1);
    var later = run(20).withShareMax(1);
    upsert("a", "n", 1, 5);
    upsert("b", "n", 1, 5);
    upsert("c", "n", 1, 5);
    see(earlier, "b", "n", 5);
    see(later, "a", "n", 5);
    assertThat(finish(earlier)).isEqualTo(new Finished(3, 1));
    assertThat(rowsOfCity().keySet()).as("seen by one of them").containsExactly("a", "b");
    assertThat(finish(later)).isEqualTo(new Finished(2, 1));
    assertThat(see(earlier, "b", "n", 5)).as("comes late").isEqualTo(SyncResult.STALE);
    assertThat(finish(earlier)).isEqualTo(new Finished(1, 0));
    assertThat(rowsOfCity().keySet()).containsExactly("a");
  }

  @Test
  void aRowThatIsSeenDuringTheEndStays() throws Exception {
    assumeFalse(database().dialect().hasOneWriter(), "nothing comes between one writer's steps");
    upsert("a", "n", 1, 5);
    var statements = new AtomicInteger();
    var source =
        new FlakySource(
            source(),
            (method, after) -> {
              // after the count and the query of keys, before the deletion
              if (!method.equals("prepareStatement") || after) return;
              if (statements.incrementAndGet() == 3) see(run(20), "a", "n", 5);
            });
    var result = run(10).withShareMax(1).finish(source, RunEnd.COMPLETE);
    assertThat(result).isEqualTo(new Finished(1, 0));
    assertThat(statements.get()).isGreaterThan(3);
    assertThat(rowsOfCity()).isEqualTo(Map.of("a", "n 1 @5"));
  }

  @Test
  void whatWasDeletedByMistakeIsBackAfterTheNextRun() throws Exception {
    upsert("a", "n", 1, 5);
    delete("b", 7);
    assertThat(finish(run(10).withShareMax(1))).isEqualTo(new Finished(1, 1));
    assertThat(see(run(10), "a", "n", 5)).as("the same run").isEqualTo(SyncResult.STALE);
    assertThat(see(run(20), "a", "n", 5)).isEqualTo(SyncResult.INSERTED);
    assertThat(see(run(20), "b", "n", 6)).isEqualTo(SyncResult.INSERTED);
    assertThat(delete("b", 7)).as("a second time").isEqualTo(SyncResult.STALE);
    assertThat(upsert("a", "old", 1, 19)).as("before the run").isEqualTo(SyncResult.STALE);
    assertThat(rowsOfCity()).isEqualTo(Map.of("a", "n 1 @20", "b", "n 1 @20"));
  }

  @Test
  void anOldListingOverwritesNothing() throws Exception {
    upsert("a", "new", 1, 9);
    upsert("b", "new", 1, 9);
    var run = run(10).withShareMax(1);
    assertThat(see(run, "a", "old", 7)).isEqualTo(SyncResult.STALE);
    assertThat(see(run, "b", "other", 9)).isEqualTo(SyncResult.CONFLICT);
    assertThat(see(run, "c", "old", 5)).isEqualTo(SyncResult.INSERTED);
    assertThat(changed(c -> marked.upsert(c, "c", values("new", 1), 9)))
        .isEqualTo(SyncResult.UPDATED);
    assertThat(finish(run)).as("all were seen").isEqualTo(new Finished(3, 0));
    delete("c", 10);
    assertThat(rowsOfCity()).isEqualTo(Map.of("a", "new 1 @9", "b", "new 1 @9"));
    assertThat(changed(c -> run.upsert(c, "a", values("of the run", 1))))
        .isEqualTo(SyncResult.UPDATED);
    assertThat(rowsOfCity()).containsEntry("a", "of the run 1 @10");
  }

  @Test
  void deletedRowsAreKeptWhereTheTableSaysSo() throws Exception {
    var keeping = marked.gone("gone");
    upsert("a", "n", 1, 5);
    upsert("b", "n", 1, 5);
    database().execute("UPDATE city SET note = 'mine'");
    var run = Reconciliation.of(keeping, 10).withShareMax(0.5);
    see(run, "b", "n", 5);
    assertThat(finish(run)).isEqualTo(new Finished(2, 1));
    assertThat(finish(run)).as("again").isEqualTo(new Finished(1, 0));
    assertThat(database().number("SELECT gone FROM city WHERE code = 'a'")).isEqualTo(10);
    assertThat(changed(c -> keeping.upsert(c, "a", values("n", 1), 9))).isEqualTo(SyncResult.STALE);
    assertThat(changed(c -> keeping.upsert(c, "a", values("n", 1), 10)))
        .isEqualTo(SyncResult.CONFLICT);
    assertThat(changed(c -> keeping.delete(c, "a", 9))).isEqualTo(SyncResult.STALE);
    assertThat(changed(c -> keeping.delete(c, "a", 11))).isEqualTo(SyncResult.UNCHANGED);
    assertThat(changed(c -> keeping.upsert(c, "a", values("n", 1), 11)))
        .isEqualTo(SyncResult.CONFLICT);
    assertThat(changed(c -> keeping.upsert(c, "a", values("n", 1), 12)))
        .isEqualTo(SyncResult.INSERTED);
    assertThat(changed(c -> keeping.delete(c, "b", 12))).isEqualTo(SyncResult.DELETED);
    assertThat(changed(c -> keeping.delete(c, "never", 12))).isEqualTo(SyncResult.UNCHANGED);
    var next = Reconciliation.of(keeping, 20);
    assertThat(changed(c -> next.upsert(c, "b", values("n", 1), 5))).isEqualTo(SyncResult.INSERTED);
    assertThat(rowsOfCity()).isEqualTo(Map.of("a", "n 1 @12", "b", "n 1 @20"));
    assertThat(database().number("SELECT COUNT(*) FROM city WHERE note = 'mine'")).isEqualTo(2);
    assertThat(database().number("SELECT COUNT(*) FROM phaseline_tombstone")).isEqualTo(1);
  }

  @Test
  void runsThatCantWorkAreRefused() throws Exception {
    assertThatThrownBy(() -> Reconciliation.of(cities, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the table city has no column for the run that saw a row")
        .hasMessageContaining("SyncTable.seen");
    assertThatThrownBy(() -> run(-1)).hasMessageContaining("negative: -1");
    assertThatThrownBy(() -> run(1).withShareMax(1.5)).hasMessageContaining("0 to 1: 1.5");
    assertThatThrownBy(() -> run(1).approving(-1)).hasMessageContaining("negative: -1");
    assertThatThrownBy(() -> cities.seen("rev")).hasMessageContaining("'rev' is named twice");
    database().execute("DROP TABLE city");
    assertThatThrownBy(() -> finish(run(1)))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("city");
    database()
        .execute(
            "CREATE TABLE city (code DECIMAL(10, 2) PRIMARY KEY, name VARCHAR(40), people INTEGER,"
                + " rev BIGINT, seen BIGINT)",
            "INSERT INTO city (code, rev) VALUES (1.5, 1)");
    assertThatThrownBy(() -> finish(run(2).withShareMax(1)))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("the key column code of city is of the type")
        .hasMessageContaining("whole numbers, VARCHAR, text or UUID");
  }

  /// The source of the property below: revisions are numbers of its changes, over all rows.
  private static final class Origin {
    private final List<String> codes = List.of("a", "A", "b", "c ", "c", "d");
    private final List<Step> changes = new ArrayList<>();

    Origin(Random random) {
      for (var rev = 1; rev <= 40; rev++) {
        var name = random.nextInt(3) == 0 ? null : "n" + random.nextInt(2);
        changes.add(new Step(codes.get(random.nextInt(codes.size())), name, rev));
      }
    }

    /// The latest change of a row up to a time; null when it never was there.
    @Nullable Step at(String code, int time) {
      Step latest = null;
      for (var step : changes.subList(0, time)) if (step.code.equals(code)) latest = step;
      return latest;
    }
  }

  /// One change; a name of null is a deletion.
  private record Step(String code, @Nullable String name, long rev) {}

  /// A step of the property at a time from 0 to 1.
  private record Event(double at, Callable<Object> action, String words) {}

  private final class History {
    private final Random random;
    private final SyncTable table;
    private final Origin origin;
    private final List<Event> events = new ArrayList<>();
    private final List<Event> ends = new ArrayList<>();

    History(Random random, SyncTable table) {
      this.random = random;
      this.table = table;
      this.origin = new Origin(random);
      var first = 1 + random.nextInt(30);
      var second = first + 1 + random.nextInt(39 - first);
      run(first, 0.2 + 0.7 * random.nextDouble());
      var end = 0.2 + 0.7 * random.nextDouble();
      run(second, end);
      for (var step : origin.changes) {
        if (step.rev > second) deliver(() -> apply(step), 1, step.toString());
        else if (random.nextInt(3) > 0) deliver(() -> apply(step), end, step.toString());
      }
      events.sort((a, b) -> Double.compare(a.at, b.at));
      ends.sort((a, b) -> Double.compare(a.at, b.at));
    }

    /// Lists each row as it is at a moment after the run's revision.
    private void run(int revision, double end) {
      var run = Reconciliation.of(table, revision).withShareMax(1);
      for (var code : origin.codes) {
        var row = origin.at(code, revision + random.nextInt(41 - revision));
        if (row == null || row.name == null) continue;
        var values = values(row.name, 1);
        deliver(
            () -> changed(connection -> run.upsert(connection, code, values, row.rev)),
            end,
            "run " + revision + " lists " + row);
      }
      ends.add(new Event(end, () -> finish(run).orThrow(), "end of run " + revision));
    }

    /// Once before a time, and maybe again at any.
    private void deliver(Callable<Object> action, double before, String words) {
      events.add(new Event(before * random.nextDouble(), action, words));
      if (random.nextBoolean()) events.add(new Event(random.nextDouble(), action, words));
    }

    private Object apply(Step step) throws SQLException {
      var name = step.name;
      return changed(
          connection ->
              name == null
                  ? table.delete(connection, step.code, step.rev)
                  : table.upsert(connection, step.code, values(name, 1), step.rev));
    }

    /// @param isAtOnce whether events between two ends happen at once, and with the first of these
    void play(boolean isAtOnce) throws Exception {
      var left = new ArrayList<>(events);
      var due = new ArrayList<Callable<Object>>();
      for (var end : ends) {
        while (!left.isEmpty() && left.getFirst().at < end.at) due.add(left.removeFirst().action);
        play(due, isAtOnce);
        due.clear();
        due.add(end.action);
      }
      for (var event : left) due.add(event.action);
      play(due, isAtOnce);
    }

    private static void play(List<Callable<Object>> actions, boolean isAtOnce) throws Exception {
      if (isAtOnce) together(actions);
      else for (var action : actions) action.call();
    }

    Map<String, String> expected() {
      var rows = new HashMap<String, String>();
      for (var code : origin.codes) {
        var row = origin.at(code, origin.changes.size());
        if (row != null && row.name != null) rows.put(code, row.name + " 1 @" + row.rev);
      }
      return rows;
    }

    @Override
    public String toString() {
      var all = new ArrayList<>(events);
      all.addAll(ends);
      all.sort((a, b) -> Double.compare(a.at, b.at));
      return String.join("\n", all.stream().map(Event::words).toList());
    }
  }

  @Test
  void fullRunsHealWhatChangesLost() throws Exception {
    var seed = Long.getLong("phaseline.seed", System.nanoTime());
    System.out.println("ReconcileContract: -Dphaseline.seed=" + seed);
    var random = new Random(seed);
    keysByBytes();
    for (var round = 0; round < 8; round++) {
      database().execute("DELETE FROM city", "DELETE FROM phaseline_tombstone");
      var history = new History(random, round % 4 < 2 ? marked : marked.gone("gone"));
      history.play(round % 2 == 0);
      assertThat(rowsOfCity())
          .as("seed %s, round %s:%n%s", seed, round, history)
          .isEqualTo(history.expected());
    }
  }
}
