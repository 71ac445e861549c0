package dev.phaseline.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.http.ListenAddress;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.server.ServerFile;
import dev.phaseline.topics.TopicSettings;
import dev.phaseline.topics.TopicSetup;
import dev.phaseline.worker.MicrometerMeters;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.Worker;
import dev.phaseline.worker.WorkerConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("broker")
final class ProbeListenerTest {
  private static final Pipeline PIPELINE =
      Pipeline.named("probed")
          .phase("only", Codec.text(), (_, _) -> Outcome.<String>done())
          .build();

  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<String> said = new ArrayList<>();

  private EmbeddedBroker broker;

  @BeforeEach
  void startBroker() {
    broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder.resolve("kafka")));
  }

  @AfterEach
  void stopBroker() {
    client.close();
    broker.close();
  }

  private HttpResponse<String> get(ProbeListener endpoint, String path) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("http://" + endpoint.address() + path));
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /// Waits for one answer that has the status and the words.
  private void awaitReady(ProbeListener endpoint, int status, String... words) throws Exception {
    var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
    var answer = get(endpoint, "/ready");
    while (answer.statusCode() != status
        || !Arrays.stream(words).allMatch(answer.body()::contains)) {
      assertThat(deadline - System.nanoTime()).as("time left: " + answer.body()).isPositive();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      answer = get(endpoint, "/ready");
    }
  }

  @Test
  void readinessFollowsTheWorkerFromItsStartToALostBrokerAndHealthDoesNot() throws Exception {
    var placements = Placement.all(PIPELINE);
    var config = ServerFile.none().withListen(new ListenAddress("127.0.0.1", 0));
    try (var endpoint = ProbeListener.open(config, placements, false, said::add)) {
      assertThat(said).containsExactly("metrics and health at http://" + endpoint.address());
      assertThat(get(endpoint, "/ready").statusCode()).isEqualTo(503);
      assertThat(get(endpoint, "/ready").body()).contains("worker", "is starting");
      assertThat(get(endpoint, "/health").statusCode()).isEqualTo(200);

      try (var admin = Admin.create(broker.clientConfig())) {
        new TopicSetup(admin, TopicNames.DEFAULT, TopicSettings.SINGLE)
            .ensure("probed", PIPELINE.phaseNames());
      }
      var told =
          WorkerConfig.of("s1", broker.clientConfig())
              .withMeters(MicrometerMeters.of(endpoint.registry().orElseThrow()));
      try (var worker = Worker.start(told, placements)) {
        endpoint.runs(worker);
        awaitReady(endpoint, 200);
        assertThat(get(endpoint, "/metrics").body())
            .contains("phaseline_lanes{phase=\"only\",pipeline=\"probed\"} 1.0");

        broker.close();
        awaitReady(endpoint, 503, "phase probed.only", "broker");
        assertThat(get(endpoint, "/health").statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void withoutAnAddressNothingListensAndNothingIsMeasured() {
    try (var endpoint = ProbeListener.open(ServerFile.none(), List.of(), true, said::add)) {
      assertThat(endpoint.registry()).isEmpty();
      assertThat(said).isEmpty();
    }
  }
}
