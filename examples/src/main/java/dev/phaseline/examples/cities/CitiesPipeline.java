package dev.phaseline.examples.cities;

import dev.phaseline.core.Pipeline;

/// The pipeline `cities`: one job a country, one item a city.
///
/// `fetch` reads a country's rows and fans out, `normalize` refuses bad rows and cleans the others,
/// `store` writes them into a database. Whatever happens to one city happens in order, because the
/// city's id is the key from the fan-out on.
public final class CitiesPipeline {
  /// The pipeline's name.
  public static final String NAME = "cities";

  /// The first phase: takes a [CountryRequest].
  public static final String FETCH = "fetch";

  /// The second phase: takes a [City].
  public static final String NORMALIZE = "normalize";

  /// The third phase: takes a [CleanCity], ends in a [Stored].
  public static final String STORE = "store";

  private CitiesPipeline() {}

  /// The pipeline.
  ///
  /// @param data where the rows are read
  /// @param store where they go; stays the caller's to close, after the worker has stopped
  /// @param codecs how payloads are encoded
  public static Pipeline of(CityData data, CityStore store, CitiesCodecs codecs) {
    return Pipeline.named(NAME)
        .phase(
            FETCH,
            codecs.request(),
            new FetchCountry(data),
            CountryRequest::country,
            options -> options.withConcurrency(2)) // each holds a country's rows in memory
        .phase(
            NORMALIZE,
            codecs.city(),
            new NormalizeCity(),
            City::key,
            options -> options.withConcurrency(8)) // only computes: more would only take turns
        .phase(
            STORE,
            codecs.cleanCity(),
            new StoreCity(store),
            CleanCity::key,
            options -> options.withConcurrency(16))
        .result(codecs.stored())
        .build();
  }
}
