package dev.phaseline.cli.demo;

import dev.phaseline.core.Pipeline;
import dev.phaseline.examples.cities.CitiesCodecs;
import dev.phaseline.examples.cities.CitiesPipeline;
import dev.phaseline.examples.cities.CityData;
import dev.phaseline.examples.cities.CityStore;
import dev.phaseline.examples.cities.CountryRequest;
import dev.phaseline.producer.JobType;
import dev.phaseline.schemas.registry.HttpSchemaRegistry;
import java.net.URI;
import java.util.Map;

/// The pipeline of the demo, with its schemas in the demo's registry. Thread-safe.
///
/// @param pipeline the pipeline
/// @param jobType how its jobs are submitted
record Cities(Pipeline pipeline, JobType<CountryRequest> jobType) {
  static Cities of(CityData data, CityStore store, URI registryUrl) {
    var registry = HttpSchemaRegistry.of(Map.of("schema.registry.url", registryUrl.toString()));
    var codecs = CitiesCodecs.avro(registry);
    return new Cities(
        CitiesPipeline.of(data, store, codecs),
        new JobType<>(CitiesPipeline.NAME, CitiesPipeline.FETCH, codecs.request()::encode));
  }
}
