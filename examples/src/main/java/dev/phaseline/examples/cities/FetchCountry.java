package dev.phaseline.examples.cities;

import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.PhaseHandler;

/// The first phase: reads a country's rows and starts one item for each.
///
/// @param data where the rows are
record FetchCountry(CityData data) implements PhaseHandler<CountryRequest, City> {
  @Override
  public Outcome<City> handle(CountryRequest request, PhaseContext context) {
    if (data.count(request.country()) == 0) {
      return Outcome.dead("the data has no country of this code");
    }
    return Outcome.fanOut(data.read(request));
  }
}
