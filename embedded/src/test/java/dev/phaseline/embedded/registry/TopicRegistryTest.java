package dev.phaseline.embedded.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.schemas.registry.CompatibilityLevel;
import dev.phaseline.schemas.registry.HttpSchemaRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The registry on a topic of a real broker.
@Tag("broker")
final class TopicRegistryTest {
  private static final AtomicInteger TOPICS = new AtomicInteger();
  private static final Schema STRING = Schema.create(Schema.Type.STRING);
  private static final Schema INT = Schema.create(Schema.Type.INT);

  private static @Nullable EmbeddedBroker broker;
  private static @Nullable EmbeddedRegistry shared;

  private final String topic = "_schemas" + TOPICS.incrementAndGet();

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder));
  }

  @AfterAll
  static void stop() {
    if (shared != null) shared.close();
    if (broker != null) broker.close();
  }

  private static Map<String, Object> clients() {
    if (broker == null) throw new IllegalStateException("no broker");
    return broker.clientConfig();
  }

  private EmbeddedRegistry start() {
    return EmbeddedRegistry.start(clients(), topic, 0);
  }

  /// The whole contract, on the topic that has no other name.
  @Nested
  final class Contract extends RegistryContract {
    @Override
    URI url() {
      if (shared == null) shared = EmbeddedRegistry.start(clients(), 0);
      return shared.url();
    }
  }

  @Test
  void everythingIsThereAfterARestart() throws Exception {
    int string;
    int number;
    try (var registry = start();
        var client = HttpSchemaRegistry.at(registry.url())) {
      var raw = new RawHttp(registry.url());
      string = client.register("s", STRING);
      raw.put("/config/s", "{\"compatibility\":\"NONE\"}");
      raw.put("/config", "{\"compatibility\":\"FULL\"}");
      number = client.register("s", INT);
      client.register("gone", STRING);
      raw.delete("/subjects/gone");
    }
    try (var registry = start();
        var client = HttpSchemaRegistry.at(registry.url())) {
      assertThat(client.schema(string)).isEqualTo(STRING);
      assertThat(client.latest("s").version()).isEqualTo(2);
      assertThat(client.id("s", INT)).isEqualTo(number);
      assertThat(client.compatibility("s")).contains(CompatibilityLevel.NONE);
      assertThat(client.compatibility()).isEqualTo(CompatibilityLevel.FULL);
      assertThat(new RawHttp(registry.url()).get("/subjects").text()).isEqualTo("[\"s\"]");
      assertThat(client.register("t", Schema.create(Schema.Type.LONG))).isEqualTo(number + 1);
    }
  }

  @Test
  void aSecondRegistryTakesTheTopicOverAndTheFirstGivesOutNoMoreIds() throws Exception {
    try (var first = start();
        var second = start()) {
      var toFirst = new RawHttp(first.url());
      var toSecond = new RawHttp(second.url());
      var string = RawHttp.schema("\"string\"");
      assertThat(toSecond.post("/subjects/s/versions", string).text()).isEqualTo("{\"id\":1}");

      var refused = toFirst.post("/subjects/s/versions", RawHttp.schema("\"int\""));

      assertThat(refused.status()).isEqualTo(500);
      assertThat(refused.code()).isEqualTo(50001);
      assertThat(refused.text()).contains("taken over").contains(topic);
      assertThat(toFirst.get("/schemas/ids/1").status())
          .as("what it knows is no longer all, so it must not say 404")
          .isEqualTo(500);
      assertThat(toSecond.get("/schemas/ids/1").status()).isEqualTo(200);
    }
  }

  @Test
  void aTopicOfSeveralPartitionsIsRefused() throws Exception {
    create(new NewTopic(topic, Optional.of(3), Optional.empty()));
    assertThatThrownBy(() -> start().close())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(topic)
        .hasMessageContaining("3 partitions");
  }

  @Test
  void aTopicThatForgetsIsRefused() throws Exception {
    create(new NewTopic(topic, Optional.of(1), Optional.empty()));
    assertThatThrownBy(() -> start().close())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cleanup.policy=delete");
  }

  @Test
  void aTopicOfSomethingElseIsRefused() throws Exception {
    create(
        new NewTopic(topic, Optional.of(1), Optional.empty())
            .configs(Map.of("cleanup.policy", "compact")));
    var strings = new StringSerializer();
    try (var producer = new KafkaProducer<>(clients(), strings, strings)) {
      producer.send(new ProducerRecord<>(topic, "key", "value")).get();
    }
    assertThatThrownBy(() -> start().close())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("at offset 0")
        .hasMessageContaining("choose another topic");
  }

  @Test
  void aBrokerThatIsDownIsNamed() {
    var nowhere = new HashMap<String, Object>();
    nowhere.put("bootstrap.servers", "127.0.0.1:" + FreePort.find());
    nowhere.put("default.api.timeout.ms", 1_000);
    nowhere.put("request.timeout.ms", 500);
    assertThatThrownBy(() -> EmbeddedRegistry.start(nowhere, topic, 0).close())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(String.valueOf(nowhere.get("bootstrap.servers")));
  }

  @Test
  void aBrokerThatComesBackIsUsedAgain(@TempDir Path folder) throws Exception {
    try (var own = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder))) {
      var impatient = new HashMap<>(own.clientConfig());
      impatient.put("max.block.ms", 3_000);
      try (var registry = EmbeddedRegistry.start(impatient, topic, 0)) {
        var raw = new RawHttp(registry.url());
        raw.post("/subjects/s/versions", RawHttp.schema("\"string\""));
        own.stop();

        var whileDown = raw.post("/subjects/s2/versions", RawHttp.schema("\"int\""));
        assertThat(whileDown.code()).isEqualTo(50001);
        assertThat(raw.get("/schemas/ids/1").status()).as("reads go on").isEqualTo(200);

        own.restart();
        var giveUp = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        RawHttp.Answer after;
        do {
          after = raw.post("/subjects/s2/versions", RawHttp.schema("\"int\""));
        } while (after.status() != 200 && System.nanoTime() - giveUp < 0);
        assertThat(after.text())
            .as("the id of the lost registration is free")
            .isEqualTo("{\"id\":2}");
      }
    }
  }

  private static void create(NewTopic topic) throws Exception {
    try (var admin = Admin.create(clients())) {
      admin.createTopics(List.of(topic)).all().get();
    }
  }
}
