package dev.phaseline.examples.cities;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Outcome;
import dev.phaseline.testkit.TestContext;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class NormalizeCityTest {
  private static final TestContext CONTEXT = TestContext.of("cities", "normalize", "job");
  private static final City BERN =
      new City(2661552, "Bern", "", "CH", "PPLC", "BE", 121_631, 46.94809, 7.44744, 3);

  private final NormalizeCity normalize = new NormalizeCity();

  @Test
  void realRowsThatBreakARuleAreRefusedForTheseReasons() {
    var data = CityData.load();
    var reasons = new TreeMap<String, Integer>();
    var clean = 0;
    for (var request : data.requests(1)) {
      for (var city : data.read(request)) {
        switch (normalize.handle(city, CONTEXT)) {
          case Outcome.Next<CleanCity>(var value) -> {
            clean++;
            if (!SlugTest.isSlug(value.slug())) throw new AssertionError(value.toString());
          }
          case Outcome.Dead<CleanCity>(var reason) -> reasons.merge(reason, 1, Integer::sum);
          case Outcome<CleanCity> other -> throw new AssertionError(other.toString());
        }
      }
    }
    assertThat(reasons)
        .isEqualTo(
            Map.of(
                "country code is not in ISO 3166", 58,
                "another country code is not in ISO 3166", 1,
                "place is abandoned, destroyed or historical", 39,
                "first-order division is missing", 25,
                "name has brackets, quotes or symbols", 39,
                "name mixes scripts", 5,
                "name has no letter that a slug can keep", 14,
                "population is known, but below 10", 42));
    assertThat(clean).isEqualTo(135_233 - 223);
  }

  @Test
  void goodRowKeepsItsValuesAndGetsASlug() {
    assertThat(normalize.handle(BERN, CONTEXT))
        .isEqualTo(
            Outcome.next(
                new CleanCity(
                    2661552,
                    "Bern",
                    "bern",
                    "CH",
                    "",
                    "PPLC",
                    "BE",
                    OptionalInt.of(121_631),
                    46.94809,
                    7.44744,
                    3)));
  }

  @Test
  void nameIsTrimmedComposedAndSingleSpaced() {
    assertThat(clean(named(" Zu\u0308rich \u00a0 \u2003West ")).name())
        .isEqualTo("Z\u00fcrich West");
  }

  @Test
  void populationOfZeroMeansUnknown() {
    assertThat(clean(peopled(0)).population()).isEmpty();
  }

  @Test
  void eachRuleHasARowThatBreaksIt() {
    assertRefused(named("  "), "name is empty");
    assertRefused(named("a".repeat(201)), "name is too long");
    assertRefused(named("Be\u0007rn"), "name has a control character");
    assertRefused(named("Be\u202ern"), "name has a control character");
    assertRefused(named("Be\u200brn"), "name has a control character");
    assertRefused(named("Bern <b>"), "name has brackets, quotes or symbols");
    assertRefused(named("B\u0435rn"), "name mixes scripts");
    assertRefused(named("Берн"), "name has no letter that a slug can keep");
    assertRefused(named("- (') -"), "name has no letter that a slug can keep");
    assertRefused(at(90.00001, 0), "latitude is not in -90..90");
    assertRefused(at(Double.NaN, 0), "latitude is not in -90..90");
    assertRefused(at(0, -180.1), "longitude is not in -180..180");
    assertRefused(at(0, 0), "coordinates are exactly 0, 0");
    assertRefused(at(-0.0, 0), "coordinates are exactly 0, 0");
    assertRefused(peopled(-1), "population is negative");
    assertRefused(peopled(9), "population is known, but below 10");
    assertRefused(peopled(50_000_001), "population is above 50000000");
    assertRefused(coded("XK", "", "PPL", "01"), "country code is not in ISO 3166");
    assertRefused(coded("ch", "", "PPL", "01"), "country code is not in ISO 3166");
    assertRefused(coded("CH", "IT,", "PPL", "01"), "another country code is not in ISO 3166");
    assertRefused(coded("CH", "", "MT", "01"), "feature is not a populated place");
    assertRefused(coded("CH", "", "PPLQ", "01"), "place is abandoned, destroyed or historical");
    assertRefused(coded("CH", "", "PPL", " "), "first-order division is missing");
  }

  @Test
  void edgesAreStillGood() {
    assertThat(clean(at(90, 180)).latitude()).isEqualTo(90);
    assertThat(clean(at(0, 0.00001)).longitude()).isEqualTo(0.00001);
    assertThat(clean(peopled(10)).population()).hasValue(10);
    assertThat(clean(peopled(50_000_000)).population()).hasValue(50_000_000);
    assertThat(clean(coded("IT", "CH,FR", "STLMT", "00")).altCountries()).isEqualTo("CH,FR");
  }

  private CleanCity clean(City city) {
    return switch (normalize.handle(city, CONTEXT)) {
      case Outcome.Next<CleanCity>(var value) -> value;
      case Outcome<CleanCity> other -> throw new AssertionError(other.toString());
    };
  }

  private void assertRefused(City city, String reason) {
    assertThat(normalize.handle(city, CONTEXT)).isEqualTo(Outcome.dead(reason));
  }

  private static City named(String name) {
    return new City(1, name, "", "CH", "PPL", "BE", 100, 46.9, 7.4, 1);
  }

  private static City at(double latitude, double longitude) {
    return new City(1, "Bern", "", "CH", "PPL", "BE", 100, latitude, longitude, 1);
  }

  private static City peopled(int population) {
    return new City(1, "Bern", "", "CH", "PPL", "BE", population, 46.9, 7.4, 1);
  }

  private static City coded(String country, String altName, String feature, String admin) {
    return new City(1, "Bern", altName, country, feature, admin, 100, 46.9, 7.4, 1);
  }
}
