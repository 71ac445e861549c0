package dev.phaseline.schemas.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OutboxStateTest {
  private static final Instant AT = Instant.parse("2026-01-31T12:00:00Z");

  private static final OutboxState STATE =
      new OutboxState("orders", "id", 17, "1-3,5", "host-1", 4, 250, "", false, AT);

  @Test
  void aStateComesBackAsItWas() {
    assertThat(OutboxState.read(STATE.toBytes())).isEqualTo(STATE);
    var other =
        STATE
            .withBatch(18, "6")
            .withLag(0, 0, "topic pl.mails.send: there is none")
            .at(AT.plusSeconds(1), true);
    assertThat(OutboxState.read(other.toBytes())).isEqualTo(other);
  }

  /// A guessed position would publish rows twice.
  @Test
  void whatIsNoStateIsRefused() {
    for (var text :
        List.of(
            "",
            "[]",
            "{\"v\":1}",
            "{\"v\":2,\"outbox\":\"orders\",\"batch\":1}",
            "{\"v\":1,\"outbox\":\"orders\"}",
            "{\"v\":1,\"outbox\":\"orders\",\"batch\":-1}",
            "{\"v\":1,\"outbox\":\"orders\",\"batch\":1.5}",
            "{\"v\":1,\"outbox\":\"no name\",\"batch\":1}")) {
      assertThatThrownBy(() -> OutboxState.read(text.getBytes(UTF_8)))
          .as(text)
          .isInstanceOf(UnreadableControlException.class);
    }
    assertThatThrownBy(() -> OutboxState.read(null)).isInstanceOf(UnreadableControlException.class);
  }
}
