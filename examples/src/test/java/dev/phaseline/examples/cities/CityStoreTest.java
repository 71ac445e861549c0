package dev.phaseline.examples.cities;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.Outcome;
import dev.phaseline.examples.cities.CityStore.Changes;
import dev.phaseline.examples.cities.CityStore.Writer;
import dev.phaseline.examples.cities.Stored.Effect;
import dev.phaseline.testkit.TestContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConfig;

final class CityStoreTest {
  private static final Writer FIRST = new Writer("key-1", "run1-CH");
  private static final Writer SECOND = new Writer("key-2", "run2-CH");

  private final Path folder;
  private final Path file;
  private CityStore store;

  CityStoreTest(@TempDir Path folder) {
    this.folder = folder;
    file = folder.resolve("deep/er/cities.db");
    store = CityStore.open(file);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void newCityIsInserted() throws SQLException {
    assertThat(upsert(bern("Bern", 1), FIRST)).isEqualTo(new Stored(7, Effect.INSERTED, 1));
    assertThat(store.find(7)).contains(bern("Bern", 1));
    assertThat(store.count()).isEqualTo(1);
    assertThat(store.changedBy("run1")).isEqualTo(new Changes(1, 0));
  }

  @Test
  void sameValuesByOtherWorkChangeNotOneColumn() throws SQLException {
    upsert(bern("Bern", 1), FIRST);
    var before = store.fingerprint();
    assertThat(upsert(bern("Bern", 1), SECOND)).isEqualTo(new Stored(7, Effect.UNCHANGED, 1));
    assertThat(store.fingerprint()).isEqualTo(before);
    assertThat(store.changedBy("run2")).isEqualTo(new Changes(0, 0));
    assertThat(store.changedBy("run1")).isEqualTo(new Changes(1, 0));
  }

  @Test
  void newerRevisionUpdatesAndOlderOneIsStale() throws SQLException {
    upsert(bern("Bern", 5), FIRST);
    assertThat(upsert(bern("Berne", 6), SECOND)).isEqualTo(new Stored(7, Effect.UPDATED, 6));
    var before = store.fingerprint();
    assertThat(upsert(bern("Bärn", 5), new Writer("key-3", "run3-CH")))
        .isEqualTo(new Stored(7, Effect.STALE, 6));
    assertThat(store.fingerprint()).isEqualTo(before);
    assertThat(store.find(7)).contains(bern("Berne", 6));
    assertThat(store.changedBy("run2")).isEqualTo(new Changes(0, 1));
    assertThat(store.changedBy("run1")).isEqualTo(new Changes(0, 0));
  }

  @Test
  void revisionInBetweenDoesNotWinAfterAnUnchangedHigherOne() throws SQLException {
    upsert(bern("Bern", 1), FIRST);
    assertThat(upsert(bern("Bern", 3), SECOND)).isEqualTo(new Stored(7, Effect.UNCHANGED, 3));
    assertThat(upsert(bern("Berne", 2), new Writer("key-3", "run3-CH")).effect())
        .isEqualTo(Effect.STALE);
    assertThat(store.find(7)).contains(bern("Bern", 3));
  }

  @Test
  void sameWorkRunAgainSaysWhatItSaidTheFirstTime() throws SQLException {
    upsert(bern("Bern", 1), FIRST);
    assertThat(upsert(bern("Bern", 1), FIRST).effect()).isEqualTo(Effect.INSERTED);
    upsert(bern("Berne", 2), SECOND);
    var before = store.fingerprint();
    assertThat(upsert(bern("Berne", 2), SECOND).effect()).isEqualTo(Effect.UPDATED);
    assertThat(store.fingerprint()).isEqualTo(before);
  }

  @Test
  void sameWorkWithOtherValuesStillCountsAsTheInsertThatItWas() throws SQLException {
    upsert(bern("Bern", 1), FIRST);
    assertThat(upsert(bern("Berne", 1), FIRST).effect()).isEqualTo(Effect.INSERTED);
    assertThat(store.find(7)).contains(bern("Bern", 1));
  }

  @Test
  void otherWorkWithOtherValuesOfOneRevisionIsADeadLetter() throws SQLException {
    upsert(bern("Bern", 1), FIRST);
    assertThat(store.upsert(bern("Berne", 1), SECOND)).isEmpty();
    assertThat(
            new StoreCity(store)
                .handle(bern("Berne", 1), TestContext.of("cities", "store", "run2-CH")))
        .isEqualTo(Outcome.dead("another content has revision 1"));
    assertThat(store.find(7)).contains(bern("Bern", 1));
  }

  @Test
  void fileOfTheFirstVersionIsTakenOver() throws SQLException {
    upsert(bern("Bern", 1), FIRST);
    store.close();
    try (var other = connect();
        var statement = other.createStatement()) {
      statement.execute("ALTER TABLE city RENAME TO city_2");
      statement.execute(
          """
          CREATE TABLE city (id INTEGER PRIMARY KEY, name TEXT NOT NULL, slug TEXT NOT NULL,
            country TEXT NOT NULL, alt_countries TEXT NOT NULL, feature_code TEXT NOT NULL,
            admin_code TEXT NOT NULL, population INTEGER, latitude REAL NOT NULL,
            longitude REAL NOT NULL, revision INTEGER NOT NULL, effect TEXT NOT NULL,
            writer_key TEXT NOT NULL, writer_job TEXT NOT NULL) STRICT\
          """);
      statement.execute("INSERT INTO city SELECT * FROM city_2");
      for (var table : List.of("city_2", "phaseline_tombstone", "phaseline_schema")) {
        statement.execute("DROP TABLE " + table);
      }
      statement.execute("PRAGMA user_version = 1");
    }
    store = CityStore.open(file);
    assertThat(store.changedBy("run1")).isEqualTo(new Changes(1, 0));
    assertThat(upsert(bern("Bern", 1), FIRST).effect()).isEqualTo(Effect.INSERTED);
    assertThat(upsert(city(8, "Thun", 1), SECOND).effect()).isEqualTo(Effect.INSERTED);
    assertThat(store.count()).isEqualTo(2);
  }

  @Test
  void populationMayBeUnknownAndBecomeKnown() throws SQLException {
    upsert(peopled(OptionalInt.empty()), FIRST);
    assertThat(store.find(7)).contains(peopled(OptionalInt.empty()));
    assertThat(upsert(peopled(OptionalInt.empty()), SECOND).effect()).isEqualTo(Effect.UNCHANGED);
    var known = peopled(OptionalInt.of(12), 2);
    assertThat(upsert(known, SECOND).effect()).isEqualTo(Effect.UPDATED);
    assertThat(store.find(7)).contains(known);
  }

  @Test
  void manyThreadsOnOneCityInsertItOnceAndTheHighestRevisionStays() throws Exception {
    var effects = new ArrayList<Effect>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks = new ArrayList<Callable<Stored>>();
      for (var i = 1; i <= 200; i++) {
        var revision = i;
        tasks.add(
            () ->
                upsert(
                    bern("Bern " + revision, revision), new Writer("key-" + revision, "run-CH")));
      }
      for (var future : threads.invokeAll(tasks)) effects.add(future.get().effect());
    }
    assertThat(effects).containsOnlyOnce(Effect.INSERTED).doesNotContain(Effect.UNCHANGED);
    assertThat(store.find(7)).contains(bern("Bern 200", 200));
  }

  @Test
  void whatWasStoredIsThereAfterReopening() throws SQLException {
    upsert(bern("Bern", 1), FIRST);
    var before = store.fingerprint();
    store.close();
    store = CityStore.open(file);
    assertThat(store.fingerprint()).isEqualTo(before);
  }

  @Test
  void lockedFileIsADependencyThatIsDownAndComesBack() throws SQLException {
    try (var other = connect();
        var statement = other.createStatement()) {
      statement.execute("BEGIN EXCLUSIVE");
      assertThatThrownBy(() -> upsert(bern("Bern", 1), FIRST))
          .isInstanceOf(DependencyDownException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("another program holds a lock");
      statement.execute("COMMIT");
    }
    assertThat(upsert(bern("Bern", 1), FIRST).effect()).isEqualTo(Effect.INSERTED);
  }

  @Test
  void fullDiskIsADependencyThatIsDownAndLosesNothing() throws SQLException {
    store.close();
    var small = new SQLiteConfig();
    small.setPragma(SQLiteConfig.Pragma.MAX_PAGE_COUNT, "20");
    store = CityStore.open(file, small);
    var written = new ArrayList<Long>();
    assertThatThrownBy(
            () -> {
              for (var id = 1L; id < 10_000; id++) {
                upsert(city(id, "Bern", 1), new Writer("key-" + id, "run1-CH"));
                written.add(id);
              }
            })
        .isInstanceOf(DependencyDownException.class)
        .hasMessageContaining("the disk is full");

    assertThat(written).isNotEmpty();
    assertThat(store.count()).isEqualTo(written.size());
    store.close();
    store = CityStore.open(file);
    var next = written.size() + 1L;
    assertThat(upsert(city(next, "Bern", 1), FIRST).effect()).isEqualTo(Effect.INSERTED);
  }

  @Test
  void rowThatTheTableRefusesIsTheItemsFailure() throws Exception {
    try (var other = connect();
        var statement = other.createStatement()) {
      statement.execute(
          "CREATE TRIGGER no_bern BEFORE INSERT ON city WHEN NEW.slug = 'bern'"
              + " BEGIN SELECT RAISE(ABORT, 'not this one'); END");
    }
    assertThat(
            new StoreCity(store)
                .handle(bern("Bern", 1), TestContext.of("cities", "store", "run1-CH")))
        .isInstanceOfSatisfying(
            Outcome.Dead.class,
            dead -> assertThat(dead.reason()).contains("the table refuses the row", "not this"));
    assertThat(store.count()).isZero();
  }

  @Test
  void folderThatCannotBeMadeIsNamed() throws IOException {
    var inTheWay = Files.writeString(folder.resolve("plain"), "a file");
    assertThatThrownBy(() -> CityStore.open(inTheWay.resolve("cities.db")))
        .isInstanceOf(DependencyDownException.class)
        .hasMessageContaining(inTheWay.toString());
    assertThatThrownBy(() -> CityStore.open(folder))
        .isInstanceOf(DependencyDownException.class)
        .hasMessageContaining(folder.toString());
  }

  @Test
  void fileThatIsNotOursIsNotWrittenInto() throws Exception {
    var text = Files.writeString(folder.resolve("notes.txt"), "these are my notes\n".repeat(500));
    assertThatThrownBy(() -> CityStore.open(text))
        .isInstanceOf(DependencyDownException.class)
        .hasMessageContaining("notes.txt");
    assertThat(text).hasContent("these are my notes\n".repeat(500));

    var foreign = folder.resolve("foreign.db");
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + foreign);
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE city (x)");
    }
    assertThatThrownBy(() -> CityStore.open(foreign))
        .isInstanceOf(DependencyDownException.class)
        .hasMessageContaining("foreign.db")
        .hasMessageContaining("name another file");
  }

  private Stored upsert(CleanCity city, Writer writer) throws SQLException {
    return store.upsert(city, writer).orElseThrow();
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + file);
  }

  private static CleanCity bern(String name, long revision) {
    return city(7, name, revision);
  }

  private static CleanCity city(long id, String name, long revision) {
    return new CleanCity(
        id,
        name,
        Slug.of(name),
        "CH",
        "",
        "PPLC",
        "BE",
        OptionalInt.of(121_631),
        46.94809,
        7.44744,
        revision);
  }

  private static CleanCity peopled(OptionalInt population) {
    return peopled(population, 1);
  }

  private static CleanCity peopled(OptionalInt population, long revision) {
    return new CleanCity(7, "Bern", "bern", "CH", "", "PPL", "BE", population, 46.9, 7.4, revision);
  }

  static List<CleanCity> clean(CountryRequest request) {
    var normalize = new NormalizeCity();
    var context = TestContext.of("cities", "normalize", "job");
    var clean = new ArrayList<CleanCity>();
    for (var city : CityData.load().read(request)) {
      if (normalize.handle(city, context) instanceof Outcome.Next<CleanCity>(var value)) {
        clean.add(value);
      }
    }
    return clean;
  }
}
