package dev.phaseline.examples.cities;

import static java.lang.Character.UnicodeScript.COMMON;
import static java.lang.Character.UnicodeScript.INHERITED;

import java.lang.Character.UnicodeScript;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/// Validation rules for rows. The first rule that it breaks is the reason; a reason never quotes
/// the row, so that dead letters group by it.
final class CityRules {
  /// No city has more people.
  static final int POPULATION_MAX = 50_000_000;

  /// Fewer people than this, but not 0, is taken for a slip of the pen.
  static final int POPULATION_MIN = 10;

  /// Longer names are refused.
  static final int NAME_CHARS_MAX = 200;

  private record Rule(String reason, Predicate<City> broken) {}

  private static final Set<String> ISO_COUNTRIES = Set.of(Locale.getISOCountries());
  private static final Set<String> GONE = Set.of("PPLH", "PPLCH", "PPLQ", "PPLW");

  private static final List<Rule> RULES =
      List.of(
          new Rule("country code is not in ISO 3166", city -> !isCountry(city.country())),
          new Rule(
              "another country code is not in ISO 3166", city -> !areCountries(city.altName())),
          new Rule("feature is not a populated place", city -> !isPopulated(city.featureCode())),
          new Rule("place is abandoned, destroyed or historical", city -> isGone(city)),
          new Rule("first-order division is missing", city -> city.adminCode().isBlank()),
          new Rule("name is empty", city -> city.name().isBlank()),
          new Rule("name is too long", city -> city.name().length() > NAME_CHARS_MAX),
          new Rule("name has a control character", city -> has(city, CityRules::isControl)),
          new Rule("name has brackets, quotes or symbols", city -> has(city, CityRules::isOdd)),
          new Rule("name mixes scripts", city -> mixesScripts(city.name())),
          new Rule(
              "name has no letter that a slug can keep", city -> Slug.of(city.name()).isEmpty()),
          new Rule("latitude is not in -90..90", city -> !within(city.latitude(), 90)),
          new Rule("longitude is not in -180..180", city -> !within(city.longitude(), 180)),
          new Rule(
              "coordinates are exactly 0, 0",
              city -> city.latitude() == 0 && city.longitude() == 0),
          new Rule("population is negative", city -> city.population() < 0),
          new Rule(
              "population is known, but below " + POPULATION_MIN,
              city -> city.population() > 0 && city.population() < POPULATION_MIN),
          new Rule(
              "population is above " + POPULATION_MAX, city -> city.population() > POPULATION_MAX));

  private CityRules() {}

  /// The reason why the row is refused, if it is.
  static Optional<String> refusal(City city) {
    for (var rule : RULES) if (rule.broken().test(city)) return Optional.of(rule.reason());
    return Optional.empty();
  }

  private static boolean isCountry(String code) {
    return ISO_COUNTRIES.contains(code);
  }

  private static boolean areCountries(String codes) {
    if (codes.isEmpty()) return true;
    for (var code : codes.split(",", -1)) if (!isCountry(code)) return false;
    return true;
  }

  private static boolean isPopulated(String featureCode) {
    return featureCode.startsWith("PPL") || featureCode.equals("STLMT");
  }

  private static boolean isGone(City city) {
    return GONE.contains(city.featureCode());
  }

  private static boolean within(double degrees, double bound) {
    return degrees >= -bound && degrees <= bound; // false for NaN
  }

  private static boolean has(City city, IntPredicate character) {
    return city.name().codePoints().anyMatch(character);
  }

  /// Control, formatting (the bidirectional ones among them), unassigned and private characters.
  private static boolean isControl(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.UNASSIGNED,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  private static boolean isOdd(int character) {
    if (Character.isLetterOrDigit(character)) return false;
    return switch (Character.getType(character)) {
      case Character.NON_SPACING_MARK,
          Character.COMBINING_SPACING_MARK,
          Character.SPACE_SEPARATOR ->
          false;
      default -> "-'\u2018\u2019.,()/".indexOf(character) < 0;
    };
  }

  private static boolean mixesScripts(String name) {
    return name.codePoints()
            .mapToObj(UnicodeScript::of)
            .filter(script -> script != COMMON && script != INHERITED)
            .distinct()
            .count()
        > 1;
  }
}
