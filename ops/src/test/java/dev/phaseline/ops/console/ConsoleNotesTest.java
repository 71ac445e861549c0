package dev.phaseline.ops.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.ClusterException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Notes on a real broker.
@Tag("broker")
final class ConsoleNotesTest {
  @Test
  void whatWasNotedIsThereForWhoeverOpensTheNotesNextTheNewestFirst(@TempDir Path folder) {
    try (var broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder.resolve("broker")))) {
      var client = broker.clientConfig();
      try (var notes = ConsoleNotes.open(client, TopicNames.DEFAULT)) {
        assertThat(notes.newest(10)).isEmpty();
        notes.keep(note("reveal"));
        notes.keep(note("discard"));
      }
      try (var again = ConsoleNotes.open(client, TopicNames.DEFAULT)) {
        again.keep(note("undo"));
        assertThat(again.newest(2))
            .extracting(AuditTrail.Note::action)
            .containsExactly("undo", "discard");
        assertThat(again.newest(100)).hasSize(3).contains(note("reveal"));
      }
    }
  }

  @Test
  void withFewerBrokersThanCopiesTheTopicIsCreatedLaterAndTheConsoleStarts(@TempDir Path folder)
      throws Exception {
    var usual = EmbeddedBroker.Config.in(folder.resolve("broker"));
    var ofThree =
        new EmbeddedBroker.Config(
            usual.dataDir(),
            usual.port(),
            usual.host(),
            Map.of("default.replication.factor", "3"),
            usual.freeBytesMin());
    try (var broker = EmbeddedBroker.start(ofThree);
        var notes = ConsoleNotes.open(broker.clientConfig(), TopicNames.DEFAULT);
        var admin = Admin.create(broker.clientConfig())) {
      assertThat(notes.newest(10)).isEmpty();
      assertThatThrownBy(() -> notes.keep(note("reveal")))
          .isInstanceOf(ClusterException.class)
          .hasMessageContaining("it was not done")
          .hasMessageContaining("when all brokers are back");
      // as if they were back
      var topic = new NewTopic(TopicNames.DEFAULT.console(), 1, (short) 1);
      admin.createTopics(List.of(topic)).all().get();
      notes.keep(note("reveal"));
      assertThat(notes.newest(10)).hasSize(1);
    }
  }

  private static AuditTrail.Note note(String action) {
    return new AuditTrail.Note(
        Instant.parse("2026-01-31T12:00:00Z"),
        "ann",
        "127.0.0.1",
        action,
        "cities letter 0-1",
        "x");
  }
}
