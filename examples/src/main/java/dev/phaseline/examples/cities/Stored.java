package dev.phaseline.examples.cities;

/// Result of the pipeline: the effect of a city's write on the database. Immutable.
///
/// @param id the city's GeoNames id
/// @param effect what the write did
/// @param revision the revision that the row has now
public record Stored(long id, Effect effect, long revision) {

  /// Effect of a write.
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
