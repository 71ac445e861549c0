package dev.phaseline.examples.cities;

import java.util.OptionalInt;

/// A city that passed the rules, as it is stored. Immutable; if it exists, it is valid.
///
/// @param id the GeoNames id, from 1
/// @param name trimmed, single inner spaces, Unicode NFC
/// @param slug `a-z`, `0-9` and `-`, not empty, not unique
/// @param country the ISO 3166 code
/// @param altCountries other ISO 3166 codes, joined by commas; mostly empty
/// @param featureCode the GeoNames feature code
/// @param adminCode the first-order administrative division
/// @param population empty when unknown
/// @param latitude in degrees, -90 to 90
/// @param longitude in degrees, -180 to 180
/// @param revision from 1; a lower one never overwrites a higher one
public record CleanCity(
    long id,
    String name,
    String slug,
    String country,
    String altCountries,
    String featureCode,
    String adminCode,
    OptionalInt population,
    double latitude,
    double longitude,
    long revision) {

  public CleanCity {
    if (id < 1) throw new IllegalArgumentException("id < 1: " + id);
    if (name.isBlank()) throw new IllegalArgumentException("name is blank");
    if (slug.isEmpty()) throw new IllegalArgumentException("slug is empty");
    if (country.length() != 2) throw new IllegalArgumentException("country is not two letters");
    if (population.isPresent() && population.getAsInt() < 1) {
      throw new IllegalArgumentException("population < 1: " + population.getAsInt());
    }
    if (!(Math.abs(latitude) <= 90)) {
      throw new IllegalArgumentException("latitude is not in -90..90: " + latitude);
    }
    if (!(Math.abs(longitude) <= 180)) {
      throw new IllegalArgumentException("longitude is not in -180..180: " + longitude);
    }
    if (revision < 1) throw new IllegalArgumentException("revision < 1: " + revision);
  }

  /// The ordering key, the same as the row's.
  public String key() {
    return Long.toString(id);
  }
}
