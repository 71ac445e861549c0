package dev.phaseline.ops.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FailedAttemptsTest {
  @Test
  void numbersThatAreNoneCountAsNotGiven() {
    var history =
        FailedAttempts.read(
            """
            [{"attempt":4294967297,"kind":"x"},{"omitted":18446744073709551617},{"omitted":-3},
             {"omitted":2},{"attempt":1.5,"kind":"x"},{"attempt":3,"kind":"x"}]
            """);
    assertThat(history.attempts()).extracting(FailedAttempt::number).containsExactly(0, 0, 3);
    assertThat(history.omitted()).isEqualTo(2);
  }
}
