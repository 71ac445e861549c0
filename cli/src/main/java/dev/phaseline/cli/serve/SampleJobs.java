package dev.phaseline.cli.serve;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.FailureLine;
import dev.phaseline.examples.cities.CitiesCodecs;
import dev.phaseline.examples.cities.CitiesPipeline;
import dev.phaseline.examples.cities.CityData;
import dev.phaseline.producer.JobClient;
import dev.phaseline.producer.JobRequest;
import dev.phaseline.producer.JobType;
import dev.phaseline.producer.SubmitResult;
import dev.phaseline.schemas.registry.HttpSchemaRegistry;
import dev.phaseline.server.ServerConfig;

/// The sample of `dev`: one job for each country. Apart from the command, because the command line
/// looks at the methods of every command, also where the examples are not installed.
final class SampleJobs {
  private SampleJobs() {}

  static void submit(ServerConfig config) {
    try (var registry = HttpSchemaRegistry.of(config.settings());
        var client =
            JobClient.connect(
                config.kafka(), JobClient.Settings.DEFAULT.withNames(config.names()))) {
      var codecs = CitiesCodecs.avro(registry);
      var type = new JobType<>(CitiesPipeline.NAME, CitiesPipeline.FETCH, codecs.request()::encode);
      var run = System.currentTimeMillis();
      var requests =
          CityData.load().requests(CityData.REVISION).stream()
              .map(
                  one ->
                      JobRequest.withId("cities-" + run + "-" + one.country(), one)
                          .withKey(one.country()))
              .toList();
      for (var result : client.submitAll(type, requests).join().results()) {
        if (result instanceof SubmitResult.Refused refused) {
          throw CommandFailure.of(FailureLine.of(refused.exception()), refused.exception());
        }
      }
    }
  }
}
