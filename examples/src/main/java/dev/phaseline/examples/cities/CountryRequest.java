package dev.phaseline.examples.cities;

/// Payload of a job of the pipeline: the import of one country's rows. Immutable.
///
/// @param country the country code, two letters
/// @param revision the revision that the rows are stored under, from 1; a lower one never
///   overwrites a higher one
/// @param limit at most so many rows, the ones with the lowest ids, from 1
public record CountryRequest(String country, long revision, int limit) {
  /// All rows of the country.
  public static final int NO_LIMIT = Integer.MAX_VALUE;

  public CountryRequest {
    if (country.length() != 2) {
      throw new IllegalArgumentException("country is not a code of two letters");
    }
    if (revision < 1) throw new IllegalArgumentException("revision < 1: " + revision);
    if (limit < 1) throw new IllegalArgumentException("limit < 1: " + limit);
  }

  /// The id of the job that asks for this in a run: the same run never does a country twice.
  ///
  /// @param run names the run, not empty
  public String jobId(String run) {
    return jobId(run, country);
  }

  static String jobId(String run, String country) {
    if (run.isEmpty()) throw new IllegalArgumentException("run is empty");
    return run + '-' + country;
  }
}
