package dev.phaseline.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AttemptTest {
  private final Slot slot =
      new Slot(Ledgers.fresh(0), new Slot.KeyQueue("key"), TextItem.at(0, 0), null);

  private static Failure failure(int attempt) {
    return new Failure(attempt, 0, 1, Failure.Kind.THROWN, FailureText.of("failure " + attempt));
  }

  @Test
  void anAttemptKeepsTheFailuresThatItsItemHadWhenItWasHandedOut() {
    for (var attempt = 1; attempt <= Trail.FIRST_KEPT + Trail.LAST_KEPT; attempt++) {
      slot.remember(failure(attempt));
    }
    var attempt = new Attempt(slot, 11);
    var before = slot.failures();

    slot.remember(failure(11));

    assertThat(attempt.failures()).isEqualTo(before).isNotEqualTo(slot.failures());
    assertThat(attempt.failuresOmitted()).isZero();
    assertThat(slot.failuresOmitted()).isOne();
  }
}
