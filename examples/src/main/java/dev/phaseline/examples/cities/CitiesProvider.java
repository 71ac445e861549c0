package dev.phaseline.examples.cities;

import dev.phaseline.core.Pipeline;
import dev.phaseline.core.PipelineProvider;
import dev.phaseline.schemas.registry.HttpSchemaRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Brings the pipeline `cities` to a server.
///
/// | setting | default | |
/// |---|---|---|
/// | `cities.db` | `.phaseline/cities.db` | the SQLite file; made when it is not there |
/// | `schema.registry.url` and its kin | | the schema registry |
///
/// The database stays open until the process ends, which costs nothing: what was stored is stored.
public final class CitiesProvider implements PipelineProvider {
  /// The setting that names the database file.
  public static final String DATABASE = "cities.db";

  private static final String DATABASE_DEFAULT = ".phaseline/cities.db";

  /// For `ServiceLoader`.
  public CitiesProvider() {}

  @Override
  public List<Pipeline> pipelines(Map<String, String> settings) {
    var registry = HttpSchemaRegistry.of(settings); // asks nothing yet, so it comes first
    var file = settings.getOrDefault(DATABASE, DATABASE_DEFAULT);
    if (file.isBlank()) throw new IllegalArgumentException("setting " + DATABASE + " is blank");
    var store = CityStore.open(Path.of(file));
    return List.of(CitiesPipeline.of(CityData.load(), store, CitiesCodecs.avro(registry)));
  }
}
