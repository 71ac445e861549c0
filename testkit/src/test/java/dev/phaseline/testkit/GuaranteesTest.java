package dev.phaseline.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.testkit.Event.Delayed;
import dev.phaseline.testkit.Event.Ended;
import dev.phaseline.testkit.Event.Renewed;
import dev.phaseline.testkit.Event.Started;
import dev.phaseline.testkit.Event.Stopped;
import dev.phaseline.testkit.Event.Submitted;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuaranteesTest {
  @Test
  void anItemThatEndsWithoutAnAttemptHoldsUpNobodyOfItsKey() {
    var events =
        List.<Event>of(
            new Submitted("cancelled", "k"),
            new Submitted("next", "k"),
            new Started("next", 1, Instant.EPOCH),
            new Stopped("next"),
            new Ended("cancelled"),
            new Ended("next"));
    Guarantees.verify(events);
    assertThatThrownBy(() -> Guarantees.verify(events.subList(0, 4)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("cancelled");
  }

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private static Started started(String item, int attempt) {
    return new Started(item, attempt, NOON);
  }

  @Test
  void allHoldOfWhatWentWell() {
    Guarantees.verify(
        List.of(
            new Submitted("a", "k"),
            new Submitted("b", "k"),
            new Submitted("c", null),
            started("a", 1),
            new Stopped("a"),
            new Delayed("a", NOON.minusMillis(1)),
            started("c", 1),
            started("a", 2),
            new Stopped("a"),
            started("b", 1),
            new Stopped("b"),
            new Stopped("c"),
            new Ended("a"),
            new Ended("b"),
            new Ended("c")));
  }

  @Test
  void whatDidNotEndIsLost() {
    assertThat(Guarantees.nothingLost().violations(List.of(new Submitted("a", null))))
        .containsExactly("a has not ended");
  }

  @Test
  void whatEndsTwiceOrFromNowhereIsDoubled() {
    var events = List.of(new Submitted("a", null), new Ended("a"), new Ended("a"), new Ended("b"));
    assertThat(Guarantees.nothingDoubled().violations(List.copyOf(events)))
        .containsExactly("a has ended twice", "b has ended, but was not submitted");
  }

  @Test
  void itemsOfOneKeyThatOverlapOrOvertakeBreakTheOrder() {
    assertThat(
            Guarantees.orderByKey()
                .violations(
                    List.of(
                        new Submitted("a", "k"),
                        new Submitted("b", "k"),
                        started("a", 1),
                        started("b", 1))))
        .containsExactly("b starts while a runs, of key k");
    assertThat(
            Guarantees.orderByKey()
                .violations(
                    List.of(
                        new Submitted("a", "k"),
                        new Submitted("b", "k"),
                        started("a", 1),
                        new Stopped("a"),
                        started("b", 1),
                        new Stopped("b"),
                        started("a", 2))))
        .as("b between two attempts of a")
        .containsExactly("b #1 starts before a");
  }

  @Test
  void attemptsThatAreLeftOutOrGoBackAreGaps() {
    var gaps = Guarantees.attemptsWithoutGaps();
    assertThat(gaps.violations(List.of(started("a", 2))))
        .containsExactly("a has attempt 2 after 0");
    assertThat(gaps.violations(List.of(started("a", 1), started("a", 2), started("a", 1))))
        .containsExactly("a has attempt 1 after 2");
    assertThat(
            gaps.violations(
                List.of(
                    started("a", 1),
                    started("a", 2),
                    started("a", 2),
                    new Renewed("a"),
                    started("a", 1))))
        .isEmpty();
  }

  @Test
  void whatStartsBeforeItsTimeIsEarlyAndTheReportNamesIt() {
    List<Event> events = List.of(new Delayed("a", NOON.plusMillis(1)), started("a", 1));
    assertThatThrownBy(() -> Guarantees.neverEarly().verify(events))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("never early")
        .hasMessageContaining("a #1 starts at 2026-01-01T12:00:00Z");
  }
}
