package dev.phaseline.examples.cities;

/// One row of the data set as it really is, good or bad; only its id and revision are sure to be
/// valid. Immutable.
///
/// @param id the GeoNames id, from 1
/// @param name as in the data
/// @param altName named so by the data set; holds other country codes that the place is filed
///   under, joined by commas, and is mostly empty
/// @param country the country code
/// @param featureCode the GeoNames feature code (`PPL`, `PPLA`, ...)
/// @param adminCode the first-order administrative division, may be empty
/// @param population 0 when unknown
/// @param latitude in degrees
/// @param longitude in degrees
/// @param revision the revision of the data that this row was read from, from 1
public record City(
    long id,
    String name,
    String altName,
    String country,
    String featureCode,
    String adminCode,
    int population,
    double latitude,
    double longitude,
    long revision) {

  public City {
    if (id < 1) throw new IllegalArgumentException("id < 1: " + id);
    if (revision < 1) throw new IllegalArgumentException("revision < 1: " + revision);
  }

  /// The ordering key: all that happens to one city happens in order.
  public String key() {
    return Long.toString(id);
  }
}
