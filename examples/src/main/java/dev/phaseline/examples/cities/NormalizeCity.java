package dev.phaseline.examples.cities;

import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.PhaseHandler;
import java.text.Normalizer;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// The second phase: refuses rows that break a rule, cleans and enriches the others. Pure.
final class NormalizeCity implements PhaseHandler<City, CleanCity> {
  private static final Pattern SPACES = Pattern.compile("[\\p{Zs}]+");

  @Override
  public Outcome<CleanCity> handle(City city, PhaseContext context) {
    var refusal = CityRules.refusal(city);
    return refusal.isPresent() ? Outcome.dead(refusal.get()) : Outcome.next(clean(city));
  }

  private static CleanCity clean(City city) {
    var name = tidy(city.name());
    return new CleanCity(
        city.id(),
        name,
        Slug.of(name),
        city.country(),
        city.altName(),
        city.featureCode(),
        city.adminCode().strip(),
        city.population() == 0 ? OptionalInt.empty() : OptionalInt.of(city.population()),
        city.latitude(),
        city.longitude(),
        city.revision());
  }

  private static String tidy(String name) {
    var single = SPACES.matcher(name).replaceAll(" ").strip();
    return Normalizer.normalize(single, Normalizer.Form.NFC);
  }
}
