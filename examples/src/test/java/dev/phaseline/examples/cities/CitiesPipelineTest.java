package dev.phaseline.examples.cities;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.core.PayloadException;
import dev.phaseline.core.PipelineProvider;
import dev.phaseline.examples.cities.CityStore.Changes;
import dev.phaseline.examples.cities.Stored.Effect;
import dev.phaseline.testkit.DeadLetter;
import dev.phaseline.testkit.DoneItem;
import dev.phaseline.testkit.ForwardedItem;
import dev.phaseline.testkit.PendingItem;
import dev.phaseline.testkit.PipelineDriver;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.avro.generic.GenericData;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CitiesPipelineTest {
  private static final CityData DATA = CityData.load();
  private static final CitiesCodecs CODECS = CitiesCodecs.avro(PlainAvro::new);

  private final Path folder;
  private final CityStore store;

  CitiesPipelineTest(@TempDir Path folder) {
    this.folder = folder;
    store = CityStore.open(folder.resolve("cities.db"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void everyCityOfACountryEndsOnceStoredOrRefused() throws SQLException {
    var driver = run("run1", "IL", 1);

    assertThat(driver.forwarded("normalize")).hasSize(DATA.count("IL"));
    assertThat(driver.dead())
        .extracting(DeadLetter::reason)
        .hasSize(8)
        .containsOnly("first-order division is missing");
    assertThat(driver.done()).hasSize(DATA.count("IL") - 8);
    assertThat(effects(driver)).containsOnlyKeys(Effect.INSERTED);
    assertThat(store.count()).isEqualTo(DATA.count("IL") - 8);
    assertThat(store.changedBy("run1")).isEqualTo(new Changes(DATA.count("IL") - 8, 0));
  }

  @Test
  void cityIdIsTheKeyFromTheFanOutOn() {
    var driver = run("run1", "MC", 1);
    for (var item : driver.forwarded()) {
      var id =
          switch (item.value()) {
            case City city -> city.id();
            case CleanCity city -> city.id();
            default -> throw new AssertionError(item.toString());
          };
      assertThat(item.key()).contains(Long.toString(id));
    }
    assertThat(driver.forwarded("store")).extracting(ForwardedItem::path).contains("/0", "/1");
  }

  @Test
  void secondRunOnTheSameDataChangesNothing() throws SQLException {
    run("run1", "LU", 1);
    var before = store.fingerprint();
    var again = run("run2", "LU", 1);
    assertThat(effects(again)).isEqualTo(Map.of(Effect.UNCHANGED, (long) DATA.count("LU")));
    assertThat(store.fingerprint()).isEqualTo(before);
    assertThat(store.changedBy("run2")).isEqualTo(new Changes(0, 0));
  }

  @Test
  void sameJobsRunAgainAfterACrashReportWhatTheyReportedTheFirstTime() throws SQLException {
    var first = run("run1", "LU", 1);
    var before = store.fingerprint();
    var redone = run("run1", "LU", 1);
    assertThat(redone.done()).isEqualTo(first.done());
    assertThat(store.fingerprint()).isEqualTo(before);
  }

  @Test
  void lockedDatabaseHoldsThePhaseAndLosesNothing() throws SQLException {
    var driver = PipelineDriver.of(CitiesPipeline.of(DATA, store, CODECS));
    submit(driver, "run1", new CountryRequest("MC", 1, 5));
    try (var other = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("cities.db"));
        var statement = other.createStatement()) {
      statement.execute("BEGIN EXCLUSIVE");
      driver.runUntilIdle();
      statement.execute("ROLLBACK");
    }
    assertThat(driver.attempts("store")).as("the others were not even tried").isEqualTo(1);
    assertThat(driver.pending()).hasSize(5).extracting(PendingItem::attempt).containsOnly(1);

    driver.runToTheEnd(Duration.ofMinutes(1));
    assertThat(driver.done()).hasSize(5);
    assertThat(driver.dead()).isEmpty();
  }

  @Test
  void unknownCountryIsADeadLetter() {
    var driver = run("run1", "QQ", 1);
    assertThat(driver.dead())
        .extracting(DeadLetter::reason)
        .containsExactly("the data has no country of this code");
  }

  @Test
  void payloadsSurviveTheirEncodingUnderARegistryAndWithout() {
    assertRoundTrips(CODECS);
    var registry = new TableRegistry();
    assertRoundTrips(CitiesCodecs.avro(registry));
    assertThat(registry.subjects())
        .containsExactlyInAnyOrder("a-value", "b-value", "c-value", "d-value");
  }

  private static void assertRoundTrips(CitiesCodecs codecs) {
    for (var country : new String[] {"AX", "LU", "MK", "CH"}) {
      var request = new CountryRequest(country, 3, 50);
      assertThat(codecs.request().decode("a", codecs.request().encode("a", request)))
          .isEqualTo(request);
      for (var city : DATA.read(request)) {
        assertThat(codecs.city().decode("b", codecs.city().encode("b", city))).isEqualTo(city);
      }
      for (var city : CityStoreTest.clean(request)) {
        assertThat(codecs.cleanCity().decode("c", codecs.cleanCity().encode("c", city)))
            .isEqualTo(city);
      }
    }
    for (var effect : Effect.values()) {
      var stored = new Stored(1, effect, 2);
      assertThat(codecs.stored().decode("d", codecs.stored().encode("d", stored)))
          .isEqualTo(stored);
    }
  }

  @Test
  void avroThatIsNoValidRequestIsRefusedInWords() {
    var avro = new GenericData.Record(CitiesCodecs.REQUEST.schema());
    avro.put("country", "Switzerland");
    avro.put("revision", 1L);
    avro.put("limit", 1);
    var bytes = new PlainAvro(CitiesCodecs.REQUEST.schema()).encode("t", avro);
    assertThatThrownBy(() -> CODECS.request().decode("t", bytes))
        .isInstanceOf(PayloadException.class)
        .hasMessage("not a valid CountryRequest: country is not a code of two letters");
  }

  @Test
  void serversFindThePipelinesByTheirProviders() {
    var settings =
        Map.of(
            "schema.registry.url",
            "http://127.0.0.1:1",
            CitiesProvider.DATABASE,
            folder.resolve("found.db").toString());
    assertThat(ServiceLoader.load(PipelineProvider.class))
        .flatExtracting(provider -> provider.pipelines(settings))
        .extracting(Object::toString)
        .containsExactlyInAnyOrder(
            "cities[fetch, normalize, store]", "hello[greet, shout]", "feeds[fetch, import]");
  }

  @Test
  void settingThatIsMissingIsNamed() {
    assertThatThrownBy(() -> new CitiesProvider().pipelines(Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("schema.registry.url");
  }

  private PipelineDriver run(String run, String country, long revision) {
    var driver = PipelineDriver.of(CitiesPipeline.of(DATA, store, CODECS));
    submit(driver, run, new CountryRequest(country, revision, CountryRequest.NO_LIMIT));
    driver.runUntilIdle();
    assertThat(driver.pending()).isEmpty();
    return driver;
  }

  private static void submit(PipelineDriver driver, String run, CountryRequest request) {
    driver.submit(request.jobId(run), request);
  }

  private static Map<Effect, Long> effects(PipelineDriver driver) {
    return driver.done().stream()
        .map(DoneItem::result)
        .map(result -> ((Stored) result.orElseThrow()).effect())
        .collect(
            java.util.stream.Collectors.groupingBy(
                effect -> effect, java.util.stream.Collectors.counting()));
  }
}
