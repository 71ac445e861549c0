package dev.phaseline.ops.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.schemas.TopicNames;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Notes on a real broker.
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
