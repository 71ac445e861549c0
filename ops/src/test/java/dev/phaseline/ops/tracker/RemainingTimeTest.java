package dev.phaseline.ops.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The rule, against figures that were worked out by hand.
final class RemainingTimeTest {
  private final List<PhaseView> views = new ArrayList<>();

  private void phase(String name, long waiting, double in, double out, Map<String, Long> from) {
    phase(name, waiting, in, out, from, null, null);
  }

  private void phase(
      String name,
      long waiting,
      double in,
      double out,
      Map<String, Long> from,
      @Nullable Duration stay,
      @Nullable Duration handled) {
    views.add(
        new PhaseView(
            "cities",
            name,
            1_000,
            waiting,
            0,
            0,
            0,
            in,
            out,
            both(stay),
            null,
            both(handled),
            null,
            null,
            from,
            null));
  }

  private static PhaseView.@Nullable Percentiles both(@Nullable Duration time) {
    return time == null ? null : new PhaseView.Percentiles(time, time.multipliedBy(9));
  }

  private @Nullable Duration from(String phase) {
    return from(phase, 0);
  }

  private @Nullable Duration from(String phase, long seconds) {
    return new RemainingTime("cities", views).from(phase, Duration.ofSeconds(seconds));
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  @Test
  void anItemIsThroughWhenWhatWaitsThereHasGoneOn() {
    phase("a", 300, 0, 10, Map.of());
    assertThat(from("a")).isEqualTo(seconds(30));
  }

  /// What comes later is behind it.
  @Test
  void aPhaseIntoWhichMoreComesThanGoesHasAnEndForTheItem() {
    phase("a", 300, 50, 10, Map.of());
    assertThat(from("a")).isEqualTo(seconds(30));
  }

  /// a: 300 / 10 = 30 s. b: until then 10 * 30 come to the 900 there, at 20 a second: 60 s. c has
  /// nothing and is through it in its usual 2 s.
  @Test
  void phasesAheadCountWithWhatWaitsThereAndWithTheirUsualStay() {
    phase("a", 300, 0, 10, Map.of());
    phase("b", 900, 10, 20, Map.of("a", 700L));
    phase("c", 0, 0, 0, Map.of("b", 700L), seconds(2), null);
    assertThat(from("a")).isEqualTo(seconds(62));
    assertThat(from("b")).as("900 / 20, and 2").isEqualTo(seconds(47));
    assertThat(from("c")).isEqualTo(seconds(2));
  }

  /// b empties while the item is still in a: what was in its way is gone.
  @Test
  void aQueueAheadThatIsGoneByThenCostsTheUsualTimeOnly() {
    phase("a", 300, 0, 10, Map.of());
    phase("b", 30, 0, 20, Map.of("a", 700L), seconds(40), seconds(3));
    assertThat(from("a")).as("what handlers take, not what others waited").isEqualTo(seconds(33));
  }

  @Test
  void theSlowestWayCountsAndRareOnesDoNot() {
    phase("a", 10, 0, 10, Map.of());
    phase("quick", 0, 0, 0, Map.of("a", 9_000L), null, seconds(1));
    phase("slow", 100, 0, 2, Map.of("a", 90L));
    phase("rare", 1_000_000, 0, 1, Map.of("a", 89L));
    phase("end", 0, 0, 0, Map.of("quick", 9_000L, "slow", 90L), null, seconds(4));
    assertThat(from("a")).isEqualTo(seconds(54));
  }

  /// a ends nearly all, and one in a thousand goes on.
  @Test
  void toEndIsAWayToo() {
    views.add(
        new PhaseView(
            "cities", "a", 9, 10, 0, 100_000, 0, 0, 10, null, null, null, null, null, Map.of(),
            null));
    phase("b", 1_000_000, 0, 1, Map.of("a", 100L));
    assertThat(from("a")).isEqualTo(seconds(1));
  }

  @Test
  void waysThatGoRoundAreGoneOnce() {
    phase("a", 10, 0, 10, Map.of("c", 500L, "a", 500L));
    phase("b", 0, 0, 0, Map.of("a", 1_000L), null, seconds(20));
    phase("c", 0, 0, 0, Map.of("b", 1_000L, "c", 3L), null, seconds(300));
    assertThat(from("a")).isEqualTo(seconds(321));
    assertThat(from("c")).as("again through a and b").isEqualTo(seconds(320));
  }

  /// Each of 60 phases goes to all behind it: 2^58 ways, looked at once.
  @Test
  void manyWaysAreNotManyMoreLooks() {
    for (var i = 0; i < 60; i++) {
      var from = new java.util.HashMap<String, Long>();
      for (var j = 0; j < i; j++) from.put("p" + j, 7L);
      phase("p" + i, 0, 0, 0, from, null, seconds(1));
    }
    assertThat(from("p0")).isEqualTo(seconds(60));
  }

  @Test
  void anItemThatComesBackLaterFindsWhatWillBeThereThen() {
    phase("a", 100, 5, 10, Map.of(), null, seconds(1));
    assertThat(from("a", 6)).as("(100 + 5 * 6) / 10").isEqualTo(seconds(13));
    assertThat(from("a", 60)).as("(100 + 5 * 60) / 10 is before it comes").isEqualTo(seconds(61));
  }

  @Test
  void nothingIsSaidOfAPhaseThatStandsStillOrIsNotKnown() {
    phase("a", 10, 0, 10, Map.of());
    phase("b", 1, 0, 0, Map.of("a", 5L));
    phase("c", 10, 0, 10, Map.of());
    assertThat(from("a")).as("b stands still").isNull();
    assertThat(from("b")).isNull();
    assertThat(from("c")).as("b is not ahead of it").isEqualTo(seconds(1));
    assertThat(from("d")).isNull();
    assertThat(from("")).isNull();
    assertThat(new RemainingTime("towns", views).from("c", Duration.ZERO)).isNull();
  }

  @Test
  void whatWouldTakeForEverIsCapped() {
    phase("a", Long.MAX_VALUE, 1e9, 1e-9, Map.of());
    assertThat(from("a")).isEqualTo(PhaseSums.DRAIN_MAX);
  }
}
