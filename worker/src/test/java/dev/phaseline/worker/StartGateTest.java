package dev.phaseline.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.Pipeline;
import dev.phaseline.embedded.EmbeddedBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What keeps a worker from starting, told all at once.
@Tag("broker")
@Tag("own-broker")
final class StartGateTest {
  @TempDir private static Path folder;
  private static EmbeddedBroker broker;
  private Rig rig;

  @BeforeAll
  static void startBroker() {
    var tooSmall =
        Map.of("offset.metadata.max.bytes", "1000", "transaction.max.timeout.ms", "10000");
    broker =
        EmbeddedBroker.start(
            EmbeddedBroker.Config.in(folder.resolve("kafka")).withProperties(tooSmall));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void open() {
    rig = new Rig(broker.clientConfig());
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static Pipeline twoPhases(String name) {
    return Pipeline.named(name)
        .phase("one", Codec.text(), (text, _) -> Outcome.next(text))
        .phase("two", Codec.text(), (_, _) -> Outcome.done())
        .build();
  }

  private List<String> problems(Pipeline... pipelines) {
    var placements = new ArrayList<Placement>();
    for (var pipeline : pipelines) placements.addAll(Placement.all(pipeline));
    var refusal =
        catchThrowableOfType(
            WorkerException.class, () -> Worker.start(rig.config("s1"), placements).close());
    assertThat(refusal).isNotNull();
    assertThat(refusal).hasMessage(String.join("; ", refusal.problems()));
    return refusal.problems();
  }

  @Test
  void missingTopicsAreNamedAllAtOnceAndOncePerPipeline() {
    var ns = rig.topics().namespace();
    rig.create(List.of(ns + ".b.one", ns + ".b.done", ns + ".b.dead"), 1, Map.of());
    assertThat(problems(twoPhases("a"), twoPhases("b")))
        .contains(
            "pipeline 'a' has no topic "
                + String.join(", ", ns + ".a.dead", ns + ".a.done", ns + ".a.one", ns + ".a.two")
                + "; create them with `phaseline topics create`",
            "pipeline 'b' has no topic " + ns + ".b.two; create it with `phaseline topics create`")
        .hasSize(4); // and the broker's two limits
  }

  @Test
  void aBrokerThatTakesTooLittleOffsetMetadataOrTooShortTransactionsIsRefused() {
    rig.create(twoPhases("a"), 1);
    assertThat(problems(twoPhases("a")))
        .containsExactly(
            "the broker's offset.metadata.max.bytes is 1000, at least 4000 are needed; raise it",
            "the broker's transaction.max.timeout.ms is 10000 ms, lanes need 15000 ms; raise it");
  }

  @Test
  void topicsThatRemoveAllButTheNewestRecordOfAKeyAreRefused() {
    var ns = rig.topics().namespace();
    rig.create(List.of(ns + ".a.two", ns + ".a.dead"), 1, Map.of());
    rig.create(List.of(ns + ".a.one"), 1, Map.of("cleanup.policy", "compact"));
    rig.create(List.of(ns + ".a.done"), 1, Map.of("cleanup.policy", "compact,delete"));
    assertThat(problems(twoPhases("a")))
        .filteredOn(problem -> problem.contains("cleanup.policy"))
        .hasSize(2)
        .anyMatch(
            problem -> problem.startsWith("topic " + ns + ".a.one has cleanup.policy=compact,"))
        .anyMatch(problem -> problem.contains("cleanup.policy=compact,delete"))
        .allMatch(problem -> problem.endsWith("set cleanup.policy=delete (kafka-configs --alter)"));
  }

  @Test
  void anAssignorThatTheBrokerDoesNotHaveIsRefused() {
    rig.create(twoPhases("a"), 1);
    var settings = new HashMap<>(rig.client());
    settings.put("group.remote.assignor", "nope");
    var config = WorkerConfig.of("s1", settings).withTopics(rig.topics());
    var refusal =
        catchThrowableOfType(
            WorkerException.class,
            () -> Worker.start(config, Placement.all(twoPhases("a"))).close());
    assertThat(refusal.problems())
        .contains(
            "the broker has no assignor 'nope' (setting group.remote.assignor); it has uniform,"
                + " range");
  }

  @Test
  void topicsThatCouldNotTakeADeadLetterOrAPayloadAreRefused() {
    var ns = rig.topics().namespace();
    rig.create(List.of(ns + ".a.one", ns + ".a.two", ns + ".a.done"), 1, Map.of());
    rig.create(List.of(ns + ".a.dead"), 1, Map.of("max.message.bytes", "50000"));
    var small =
        Pipeline.named("b")
            .phase("one", Codec.text(), (_, _) -> Outcome.done(), StartGateTest::smallPayloads)
            .build();
    rig.create(List.of(ns + ".b.one"), 1, Map.of("max.message.bytes", "9000"));
    rig.create(List.of(ns + ".b.done", ns + ".b.dead"), 1, Map.of());
    assertThat(problems(twoPhases("a"), small))
        .contains(
            "topic "
                + ns
                + ".a.dead takes records of 50000 bytes, but "
                + ns
                + ".a.one of 1048588: a large dead letter would not fit; raise max.message.bytes",
            "phase 'one' allows payloads of 10000 bytes, but topic "
                + ns
                + ".b.one takes only 9000; raise max.message.bytes or lower the limit")
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .contains("with the history of a dead letter do not fit into topic")
                    .contains("at least 987136 are needed"));
  }

  private static PhaseOptions smallPayloads(PhaseOptions options) {
    var limits = PhaseOptions.Limits.DEFAULT;
    return options.withLimits(
        new PhaseOptions.Limits(
            10_000,
            limits.fanOutMax(),
            limits.fanOutBytesMax(),
            limits.inFlightItemsMax(),
            limits.inFlightBytesMax()));
  }

  @Test
  void aBrokerThatIsNotThereIsOneLineWithItsAddress() throws IOException {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    var nobody = "127.0.0.1:" + port;
    var timing =
        new WorkerConfig.Timing(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO);
    var config = WorkerConfig.of("s1", Map.of("bootstrap.servers", nobody)).withTiming(timing);
    assertThatThrownBy(() -> Worker.start(config, Placement.all(twoPhases("a"))).close())
        .isInstanceOf(WorkerException.class)
        .hasMessage(
            "no broker answers at "
                + nobody
                + " within 1 s; is it running, and is the address right?");
  }

  @Test
  void clientSettingsThatMakeNoSenseAreToldInTheClientsOwnWords() {
    var config = WorkerConfig.of("s1", Map.of("bootstrap.servers", "no-port"));
    assertThatThrownBy(() -> Worker.start(config, Placement.all(twoPhases("a"))).close())
        .isInstanceOf(WorkerException.class)
        .hasMessage(
            "can't use the Kafka client settings: Invalid url in bootstrap.servers: no-port");
  }

  @Test
  void aPhaseThatIsPlacedTwiceOrNotAtAllIsRefused() {
    var placements = Placement.all(twoPhases("a"));
    var twice = List.of(placements.getFirst(), placements.getFirst());
    assertThatThrownBy(() -> Worker.start(rig.config("s1"), twice).close())
        .hasMessage("phase a.one is placed twice");
    assertThatThrownBy(() -> Worker.start(rig.config("s1"), List.of()).close())
        .hasMessage("no phase to run");
  }
}
