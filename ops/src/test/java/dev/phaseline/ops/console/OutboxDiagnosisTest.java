package dev.phaseline.ops.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.ops.console.Trouble.Severity;
import dev.phaseline.ops.control.OutboxView;
import dev.phaseline.schemas.control.OutboxState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OutboxDiagnosisTest {
  private static final OutboxState STATE =
      new OutboxState("orders", "id", 17, "", "host\u001b[31m-1", 0, 0, "", false, Instant.EPOCH);

  private static List<Trouble> of(OutboxState state, int ageSeconds) {
    return OutboxDiagnosis.of(List.of(new OutboxView(state, Duration.ofSeconds(ageSeconds))));
  }

  @Test
  void anOutboxThatIsWellIsNoTrouble() {
    assertThat(of(STATE, 5)).isEmpty();
    assertThat(of(STATE.withLag(500, 2_000, ""), 5)).as("a burst").isEmpty();
    assertThat(of(STATE.at(Instant.EPOCH, true), 5)).as("it is restarted").isEmpty();
  }

  @Test
  void aRelayThatIsSilentIsNamed() {
    assertThat(of(STATE, 31))
        .singleElement()
        .satisfies(
            trouble -> {
              assertThat(trouble.severity()).isEqualTo(Severity.BAD);
              assertThat(trouble.title())
                  .isEqualTo("The relay of outbox orders, host?[31m-1, has been silent for 31 s");
              assertThat(trouble.remedy()).contains("phaseline outbox run orders");
            });
  }

  @Test
  void anOutboxWithoutARelayIsUrgentWhenRowsWait() {
    var stopped = STATE.at(Instant.EPOCH, true);
    assertThat(of(stopped, 31)).extracting(Trouble::severity).containsExactly(Severity.INFO);
    assertThat(of(stopped.withLag(3, 10, ""), 31))
        .extracting(Trouble::severity)
        .containsExactly(Severity.BAD);
  }

  @Test
  void anOutboxThatIsBehindSaysHowFar() {
    assertThat(of(STATE.withLag(1_203, 28_000, ""), 4))
        .extracting(Trouble::title)
        .containsExactly("Outbox orders is behind: 1,203 rows wait, the oldest for 32 s");
    assertThat(of(STATE.withLag(1, 28_000, ""), 4).getFirst().title()).contains("1 row waits");
  }

  @Test
  void aTopicThatHoldsRowsUpIsNamed() {
    var held = STATE.withLag(3, 10, "topic pl.mails.send: there is no such topic\u202e");
    assertThat(of(held, 1))
        .extracting(Trouble::title)
        .containsExactly("Outbox orders: topic pl.mails.send: there is no such topic?");
  }
}
