package dev.phaseline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.ops.console.AuditTrail;
import dev.phaseline.ops.console.ConsoleNotes;
import dev.phaseline.schemas.TopicNames;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The session of docs/transactions.md, against a real broker.
@Tag("broker")
final class TransactionsCommandTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String TOPIC = "pl.cities.store";

  @TempDir private Path data;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String servers = "";

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    var all = new ArrayList<>(List.of("transactions"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--bootstrap-servers", servers));
    return Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
  }

  private JsonNode json(String... arguments) throws IOException {
    assertThat(run(arguments)).as("%s", err).isZero();
    return JSON.readTree(out.toString());
  }

  @Test
  void whatHidesIsShownAndWhatHangsIsAborted() throws Exception {
    try (var broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(data.resolve("kafka")));
        var admin = Admin.create(broker.clientConfig())) {
      servers = broker.bootstrapServers();
      admin
          .createTopics(List.of(new NewTopic(TOPIC, Optional.of(1), Optional.empty())))
          .all()
          .get();
      assertThat(run()).isZero();
      assertThat(out.toString()).isEqualToIgnoringNewLines("No transaction hides anything.");

      try (var producer = open(broker, "pl.cities.fetch.s1.0.1")) {
        var producerId = aBrokerThatLives(producer);
        aCoordinatorThatForgot(admin, producerId);
        producer.close(Duration.ZERO);
      }
      assertThat(json("--json").path("transactions")).isEmpty();
      try (var notes = ConsoleNotes.open(broker.clientConfig(), TopicNames.DEFAULT)) {
        assertThat(notes.newest(10)).extracting(AuditTrail.Note::action).containsExactly("abort");
      }
    }
  }

  /// @return the producer's number
  private String aBrokerThatLives(KafkaProducer<byte[], byte[]> producer) throws Exception {
    producer.beginTransaction();
    producer.send(new ProducerRecord<>(TOPIC, "hidden".getBytes(UTF_8))).get();

    assertThat(run()).isZero();
    assertThat(out.toString())
        .contains("open, ends within")
        .contains("pl.cities.fetch.s1.0.1")
        .contains("pl.cities.store-0 from offset 0 on: 1 offset is hidden");
    var one = json("--json").path("transactions").path(0);
    assertThat(one.path("state").asText()).isEqualTo("open");
    assertThat(one.path("coordinator").asText()).isEqualTo("Ongoing");
    assertThat(one.path("partitions").path(0).path("topic").asText()).isEqualTo(TOPIC);

    var id = one.path("producerId").asText();
    assertThat(run("abort", id, "--force")).isEqualTo(ExitStatus.FAILED);
    assertThat(err.toString())
        .startsWith("phaseline: producer " + id + " is left as it is: it is open, not hanging");
    assertThat(run("abort", "4711")).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString()).contains("producer 4711 hides nothing in this namespace");
    assertThat(run("abort", "many")).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString()).startsWith("phaseline: 'many' is no producer: use a number");
    return id;
  }

  private void aCoordinatorThatForgot(Admin admin, String producerId) throws Exception {
    admin.deleteTopics(Set.of("__transaction_state")).all().get();
    // The broker hears of it a moment later than the controller answers.
    var end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (run() == ExitStatus.OK && !out.toString().contains("HANGS")) {
      assertThat(System.nanoTime() - end).as("time for it to hang").isNegative();
    }
    assertThat(out.toString())
        .contains("producer " + producerId + "  HANGS, last wrote")
        .contains("unknown to its coordinator")
        .contains("it is not known any more whether it was committed");

    assertThat(run("abort", producerId)).isEqualTo(ExitStatus.FAILED);
    assertThat(err.toString()).contains("an abort would lose what it wrote");
    assertThat(run("abort", producerId, "--force", "--dry-run")).isZero();
    assertThat(out.toString()).contains("producer " + producerId + ": would be aborted in 1 part");
    assertThat(json("--json").path("transactions").path(0).path("state").asText())
        .isEqualTo("hanging");

    assertThat(run("abort", producerId, "--force")).as("%s", err).isZero();
    assertThat(out.toString()).contains("producer " + producerId + ": aborted in 1 partition");
  }

  private static KafkaProducer<byte[], byte[]> open(EmbeddedBroker broker, String id) {
    var settings = new HashMap<>(broker.clientConfig());
    settings.put("transactional.id", id);
    var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }
}
