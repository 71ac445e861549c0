package dev.phaseline.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.core.Outcome;
import dev.phaseline.testkit.ManualClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The contract on synchronized tables, for every database; with that on phases, so that one server
/// does for both.
abstract class SyncContract extends SqlPhaseContract {
  final ManualClock clock = ManualClock.at("2026-01-01T00:00:00Z");
  final SyncTable cities =
      SyncTable.of("city").key("code").revision("rev").columns("name", "people").withClock(clock);

  @BeforeEach
  void cityTable() throws SQLException {
    database().execute("DROP TABLE IF EXISTS city");
    database()
        .execute(
            "CREATE TABLE city (code VARCHAR(20) PRIMARY KEY, name VARCHAR(40), people INTEGER,"
                + " note VARCHAR(10), rev BIGINT NOT NULL, seen BIGINT, gone BIGINT)");
  }

  @FunctionalInterface
  interface Change<T> {
    T in(Connection connection) throws SQLException;
  }

  <T> T committed(Change<T> change) throws SQLException {
    for (var attempt = 1; ; attempt++) {
      try (var transaction = new Transaction(source().getConnection())) {
        var result = change.in(transaction.connection());
        transaction.commit();
        return result;
      } catch (SQLException failed) { // as a phase does
        var meaning = SqlFailures.of(database().dialect(), failed);
        if (meaning != SqlFailures.Meaning.CONFLICT || attempt == 50) throw failed;
      }
    }
  }

  SyncResult changed(Change<SyncResult> change) throws SQLException {
    return committed(change);
  }

  SyncResult upsert(String code, @Nullable String name, int people, long rev) throws SQLException {
    return committed(connection -> cities.upsert(connection, code, values(name, people), rev));
  }

  static Map<String, @Nullable Object> values(@Nullable String name, int people) {
    var values = new HashMap<String, @Nullable Object>();
    values.put("name", name);
    values.put("people", people);
    return values;
  }

  SyncResult delete(String code, long rev) throws SQLException {
    return committed(connection -> cities.delete(connection, code, rev));
  }

  /// Code, content and revision of each row.
  Map<String, String> rowsOfCity() throws SQLException {
    return committed(
        connection -> {
          var rows = new TreeMap<String, String>();
          try (var statement = connection.createStatement();
              var all =
                  statement.executeQuery(
                      "SELECT code, name, people, rev FROM city WHERE gone IS NULL")) {
            while (all.next()) {
              rows.put(
                  all.getString(1), all.getString(2) + ' ' + all.getInt(3) + " @" + all.getLong(4));
            }
          }
          return rows;
        });
  }

  @Test
  void eachChangeSaysWhatItDid() throws Exception {
    assertThat(upsert("be", "Bern", 1, 5)).isEqualTo(SyncResult.INSERTED);
    assertThat(upsert("be", "Bern", 1, 5)).isEqualTo(SyncResult.UNCHANGED);
    assertThat(upsert("be", "bern", 1, 5)).as("by letters' case").isEqualTo(SyncResult.CONFLICT);
    assertThat(upsert("be", "Old", 1, 4)).isEqualTo(SyncResult.STALE);
    assertThat(upsert("be", "bern", 2, 6)).isEqualTo(SyncResult.UPDATED);
    assertThat(upsert("be", "bern", 2, 8)).isEqualTo(SyncResult.UNCHANGED);
    assertThat(upsert("be", "Bärn", 2, 7)).as("in between").isEqualTo(SyncResult.STALE);
    assertThat(upsert("be", null, 2, 9)).isEqualTo(SyncResult.UPDATED);
    assertThat(upsert("be", null, 2, 9)).isEqualTo(SyncResult.UNCHANGED);
    assertThat(rowsOfCity()).isEqualTo(Map.of("be", "null 2 @9"));
  }

  @Test
  void aLateChangeDoesNotRaiseTheDead() throws Exception {
    upsert("be", "Bern", 1, 5);
    assertThat(delete("be", 4)).isEqualTo(SyncResult.STALE);
    assertThat(delete("be", 5)).isEqualTo(SyncResult.CONFLICT);
    assertThat(delete("be", 6)).isEqualTo(SyncResult.DELETED);
    assertThat(delete("be", 6)).isEqualTo(SyncResult.UNCHANGED);
    assertThat(upsert("be", "Bern", 1, 5)).isEqualTo(SyncResult.STALE);
    assertThat(upsert("be", "Bern", 1, 6)).isEqualTo(SyncResult.CONFLICT);
    assertThat(rowsOfCity()).isEmpty();
    assertThat(upsert("be", "Bern", 1, 7)).isEqualTo(SyncResult.INSERTED);
    assertThat(delete("zh", 3)).as("before it came").isEqualTo(SyncResult.UNCHANGED);
    assertThat(upsert("zh", "Zürich", 1, 2)).isEqualTo(SyncResult.STALE);
    assertThat(rowsOfCity().keySet()).containsExactly("be");
  }

  @Test
  void tombstonesArePurgedAfterAHorizon() throws Exception {
    delete("be", 3);
    clock.advance(Duration.ofDays(10));
    delete("zh", 3);
    int purged = committed(c -> cities.purge(c, clock.instant().minus(Duration.ofDays(9))));
    assertThat(purged).isEqualTo(1);
    assertThat(upsert("be", "Bern", 1, 2)).isEqualTo(SyncResult.INSERTED);
    assertThat(upsert("zh", "Zürich", 1, 2)).isEqualTo(SyncResult.STALE);
  }

  @Test
  void columnsOfOthersAreLeftAlone() throws Exception {
    upsert("be", "Bern", 1, 5);
    database().execute("UPDATE city SET note = 'mine' WHERE code = 'be'");
    upsert("be", "Berne", 1, 6);
    assertThat(database().number("SELECT COUNT(*) FROM city WHERE note = 'mine'")).isEqualTo(1);
  }

  /// One change of the property below.
  private record Step(String code, @Nullable String name, int people, long rev) {}

  /// Revisions are the source's, one for each change of a key.
  private static List<Step> history(Random random) {
    var steps = new ArrayList<Step>();
    for (var code : List.of("a", "A", "b", "c ", "c")) {
      for (var rev = 0; rev < 1 + random.nextInt(5); rev++) {
        var name = random.nextInt(3) == 0 ? null : "n" + random.nextInt(2);
        steps.add(new Step(code, name, random.nextInt(2), rev));
      }
    }
    return steps;
  }

  private void apply(Step step) throws SQLException {
    if (step.name == null) delete(step.code, step.rev);
    else upsert(step.code, step.name, step.people, step.rev);
  }

  void keysByBytes() throws SQLException {
    if (database().dialect() != SqlDialect.MARIADB) return;
    database()
        .execute("ALTER TABLE city CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin");
  }

  @Test
  void anyOrderAndRepetitionLeadsToTheSameTable() throws Exception {
    var seed = Long.getLong("phaseline.seed", System.nanoTime());
    System.out.println("SyncContract: -Dphaseline.seed=" + seed);
    var random = new Random(seed);
    keysByBytes();
    for (var round = 0; round < 8; round++) {
      var steps = history(random);
      database().execute("DELETE FROM city", "DELETE FROM phaseline_tombstone");
      for (var step : steps) apply(step);
      var inOrder = rowsOfCity();
      database().execute("DELETE FROM city", "DELETE FROM phaseline_tombstone");
      var shuffled = new ArrayList<>(steps);
      for (var i = 0; i < steps.size() / 2; i++) {
        shuffled.add(steps.get(random.nextInt(steps.size())));
      }
      Collections.shuffle(shuffled, random);
      var isAtOnce = round % 2 == 0;
      if (isAtOnce) {
        var tasks = new ArrayList<Callable<Boolean>>();
        for (var step : shuffled) {
          tasks.add(
              () -> {
                apply(step);
                return true;
              });
        }
        together(tasks);
      } else {
        for (var step : shuffled) apply(step);
      }
      assertThat(rowsOfCity())
          .as("seed %s, round %s: %s", seed, round, shuffled)
          .isEqualTo(inOrder);
    }
  }

  @Test
  void whatTheTableCantTakeIsRefusedByName() throws Exception {
    assertThatThrownBy(() -> SyncTable.of("city; DROP TABLE city"))
        .hasMessageContaining("the table 'city; DROP TABLE city' is no name");
    assertThatThrownBy(() -> cities.columns("name", "NAME")).hasMessageContaining("named twice");
    assertThatThrownBy(() -> cities.columns("rev")).hasMessageContaining("'rev' is named twice");
    assertThatThrownBy(() -> upsert("x".repeat(201), "n", 1, 1))
        .hasMessageContaining("more than 200 characters");
    assertThatThrownBy(() -> upsert("be", "n", 1, -1)).hasMessageContaining("negative: -1");
    assertThatThrownBy(() -> committed(c -> cities.upsert(c, "be", Map.of("name", "Bern"), 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("values are for [name], the columns of city are [name, people]");
    assertThatThrownBy(() -> committed(c -> cities.upsert(c, new byte[] {1}, values("Bern", 1), 1)))
        .hasMessageContaining("the key of a row of city is an array");
    assertThatThrownBy(() -> committed(c -> noTable().delete(c, "be", 1)))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("town");
    var wrong = cities.columns("nome");
    assertThatThrownBy(() -> committed(c -> wrong.upsert(c, "be", Map.of("nome", "Bern"), 1)))
        .isInstanceOf(SQLException.class)
        .hasMessageContainingAll("nome");
    database().execute("DROP TABLE city");
    database()
        .execute(
            "CREATE TABLE city (code VARCHAR(20), name VARCHAR(40), people INTEGER, rev BIGINT)",
            "INSERT INTO city VALUES ('be', 'a', 1, 1), ('be', 'b', 1, 2)");
    assertThatThrownBy(() -> upsert("be", "n", 1, 3))
        .hasMessageContaining("the column code of city is not unique: be is there twice");
    database().execute("UPDATE city SET rev = NULL", "DELETE FROM city WHERE name = 'b'");
    assertThatThrownBy(() -> upsert("be", "n", 1, 3))
        .hasMessageContaining("the row be of city has no revision: give the column rev");
  }

  private static SyncTable noTable() {
    return SyncTable.of("town");
  }

  @Test
  void aSourceWhoseRevisionsBeginAgainIsStaleUntilTheyAreReset() throws Exception {
    upsert("be", "Bern", 1, 1_000);
    delete("zh", 1_000);
    for (var rev = 1; rev <= 3; rev++) {
      assertThat(upsert("be", "new", 1, rev)).isEqualTo(SyncResult.STALE);
      assertThat(upsert("zh", "new", 1, rev)).isEqualTo(SyncResult.STALE);
    }
    database()
        .execute(
            "UPDATE city SET rev = 0, seen = NULL",
            "DELETE FROM phaseline_tombstone WHERE table_name = 'city'");
    assertThat(upsert("be", "new", 1, 4)).isEqualTo(SyncResult.UPDATED);
    assertThat(upsert("zh", "new", 1, 4)).isEqualTo(SyncResult.INSERTED);
  }

  @Test
  void manyRowsShareTheStatementsOfAWriter() throws Exception {
    int changed =
        committed(
            connection -> {
              var inserted = 0;
              try (var writer = cities.on(connection)) {
                for (var i = 0; i < 300; i++) {
                  var code = "c" + i % 200;
                  var name = i % 3 == 0 ? null : "n" + i % 200;
                  if (writer.upsert(code, values(name, 1), i) == SyncResult.INSERTED) inserted++;
                }
                assertThat(writer.delete("c5", 1_000)).isEqualTo(SyncResult.DELETED);
              }
              return inserted;
            });
    assertThat(changed).isEqualTo(200);
    assertThat(rowsOfCity()).hasSize(199).containsEntry("c6", "n6 1 @206");
  }

  @Test
  void aPhaseSynchronizesExactlyOnce() throws Exception {
    var phase =
        phase(
            (text, connection, _) ->
                Outcome.next(
                    cities
                        .upsert(connection, text, Map.of("name", text, "people", 1), 1)
                        .toString()));
    for (var delivery = 1; delivery <= 2; delivery++) {
      assertThat(phase.handle("be", item("job-1"))).isEqualTo(Outcome.next("INSERTED"));
    }
    assertThat(phase.handle("be", item("job-2"))).isEqualTo(Outcome.next("UNCHANGED"));
  }
}
