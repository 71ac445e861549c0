package dev.phaseline.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AttemptTest {
  private final Attempt<String, String> attempt =
      new Attempt<>(
          new Slot<>(
              new PartitionLedger<>(0, Progress.startingAt(0), 1),
              new KeyLanes.KeyQueue<>(null),
              7,
              "record",
              1,
              null),
          1);

  @Test
  void whatWasTakenBackDoesNotStart() {
    assertThat(attempt.tryWithdraw()).isTrue();
    assertThat(attempt.tryStart(0)).isFalse();
  }

  @Test
  void whatHasStartedIsNotTakenBack() {
    assertThat(attempt.tryStart(0)).isTrue();
    assertThat(attempt.tryWithdraw()).isFalse();
  }

  @Test
  void whatHasEndedIsNotGivenUp() {
    attempt.tryStart(0);
    assertThat(attempt.tryEnd()).isTrue();
    assertThat(attempt.tryGiveUp()).isFalse();
    assertThat(attempt.abandoned()).isFalse();
    assertThat(attempt.started()).as("it can't time out any more").isFalse();
  }

  @Test
  void whatWasGivenUpDoesNotEnd() {
    attempt.tryStart(0);
    assertThat(attempt.tryGiveUp()).isTrue();
    assertThat(attempt.tryEnd()).isFalse();
    assertThat(attempt.abandoned()).isTrue();
    assertThat(attempt.timedOut()).isTrue();
  }

  @Test
  void whatNobodyWantsAnyMoreHasNotTimedOut() {
    attempt.tryStart(0);
    attempt.abandon();
    assertThat(attempt.abandoned()).isTrue();
    assertThat(attempt.timedOut()).isFalse();
  }

  @Test
  void whatHasNotStartedIsNotGivenUp() {
    assertThat(attempt.tryGiveUp()).isFalse();
    assertThat(attempt.tryStart(0)).isTrue();
  }
}
