package dev.phaseline.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SuccessionTest {
  private static final long SECOND = 1_000_000_000L;

  private final Succession succession = new Succession("b", Duration.ofSeconds(5));

  private static RelayTable.Row row(long term, String relay, long beat) {
    return new RelayTable.Row("pl.outbox.orders", "id", 0, term, relay, beat);
  }

  @Test
  void whatNobodyHoldsIsOpen() {
    assertThat(succession.isOpen(row(0, "", 0), 0)).isTrue();
  }

  @Test
  void aRelayThatBeatsKeepsItsTerm() {
    for (var second = 0; second < 60; second++) {
      assertThat(succession.isOpen(row(3, "a", second), second * SECOND)).isFalse();
    }
  }

  @Test
  void aRelayThatIsSilentLosesIt() {
    assertThat(succession.isOpen(row(3, "a", 7), 0)).isFalse();
    assertThat(succession.isOpen(row(3, "a", 7), 5 * SECOND - 1)).isFalse();
    assertThat(succession.isOpen(row(3, "a", 7), 5 * SECOND)).isTrue();
  }

  @Test
  void anotherTermCountsAnew() {
    assertThat(succession.isOpen(row(3, "a", 7), 0)).isFalse();
    assertThat(succession.isOpen(row(4, "c", 7), 5 * SECOND)).isFalse();
    assertThat(succession.isOpen(row(4, "c", 7), 9 * SECOND)).isFalse();
    assertThat(succession.isOpen(row(4, "c", 7), 10 * SECOND)).isTrue();
  }

  @Test
  void aRelayThatIsStartedAgainUnderItsNameNeedNotWait() {
    assertThat(succession.isOpen(row(3, "b", 7), 0)).isTrue();
  }

  /// Two of one name would take the term from each other for ever.
  @Test
  void aRelayThatWasTakenOverWaitsAsAnyOther() {
    assertThat(succession.isOpen(row(3, "b", 7), 0)).isTrue();
    succession.began(4);
    assertThat(succession.isOpen(row(4, "b", 8), SECOND)).as("its own").isTrue();
    assertThat(succession.isOpen(row(5, "b", 9), SECOND)).as("another's").isFalse();
    assertThat(succession.isOpen(row(5, "b", 9), 6 * SECOND)).isTrue();
  }
}
