package dev.phaseline.examples.cities;

import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.PhaseHandler;
import java.sql.SQLException;

/// The third phase: writes a city into the database, once however often it runs.
///
/// @param store where cities are kept
record StoreCity(CityStore store) implements PhaseHandler<CleanCity, Stored> {
  @Override
  public Outcome<Stored> handle(CleanCity city, PhaseContext context) throws SQLException {
    var writer = new CityStore.Writer(context.idempotencyKey(), context.jobId());
    try {
      return store
          .upsert(city, writer)
          .map(Outcome::next)
          .orElseGet(() -> Outcome.dead("another content has revision " + city.revision()));
    } catch (SQLException failed) {
      if (!SqlFailure.isRefusal(failed)) throw failed;
      return Outcome.dead("the table refuses the row: " + failed.getMessage());
    }
  }
}
