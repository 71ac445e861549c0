package dev.phaseline.examples.cities;

/// What became of a city in the database: the pipeline's result. Immutable.
///
/// @param id the city's GeoNames id
/// @param effect what the write did
/// @param revision the revision that the row has now
public record Stored(long id, Effect effect, long revision) {

  /// What a write did.
  public enum Effect {
    /// The row was not there.
    INSERTED,
    /// The row was there with other values.
    UPDATED,
    /// The row was there with the same values.
    UNCHANGED,
    /// The row was there with a higher revision, and was left alone.
    STALE
  }
}
