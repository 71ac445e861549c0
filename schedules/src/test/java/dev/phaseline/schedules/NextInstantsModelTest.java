package dev.phaseline.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.schemas.schedule.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Next instants against a model that looks at every minute: six zones, twenty years, half of the
/// samples at a change of the clock.
final class NextInstantsModelTest {
  private static final List<String> ZONES =
      List.of(
          "Europe/Berlin",
          "America/New_York",
          "Australia/Lord_Howe",
          "Africa/Casablanca",
          "Asia/Kolkata",
          "America/Sao_Paulo"); // its clock skipped midnight until 2019

  private static final Instant FIRST = Instant.parse("2010-01-01T00:00:00Z");
  private static final long YEARS_SECONDS = Duration.ofDays(20 * 365).toSeconds();
  private static final Duration SPAN = Duration.ofDays(4);

  @Property(tries = 1_500)
  void isWhatTheModelFinds(
      @ForAll("lines") NaiveCron line,
      @ForAll("zones") String zoneName,
      @ForAll("seconds") long second,
      @ForAll boolean atChange) {
    var zone = ZoneId.of(zoneName);
    var start = FIRST.plusSeconds(second);
    var change = atChange ? zone.getRules().nextTransition(start) : null;
    if (change != null) start = change.getInstant().minus(SPAN.dividedBy(2)).minusSeconds(17);
    var end = start.plus(SPAN);
    var instants =
        NextInstants.of(
            new Timing.Cron(List.of(line.line()), new Timing.Calendar(zone, List.of())));

    var found = new ArrayList<Instant>();
    for (var next = instants.after(start); next != null && next.isBefore(end); ) {
      found.add(next);
      next = instants.after(next);
    }

    assertThat(found)
        .as("%s in %s from %s", line.line(), zoneName, start)
        .isEqualTo(line.between(start, end, zone));
  }

  @Property(tries = 300)
  void theAnswerDoesNotDependOnTheQuestion(
      @ForAll("lines") NaiveCron line,
      @ForAll("zones") String zoneName,
      @ForAll("seconds") long second,
      @ForAll("seconds") long within) {
    var instants =
        NextInstants.of(
            new Timing.Cron(
                List.of(line.line()), new Timing.Calendar(ZoneId.of(zoneName), List.of())));
    var start = FIRST.plusSeconds(second);
    var next = instants.after(start);
    assertThat(next).isNotNull().isAfter(start);
    var length = Duration.between(start, next).toSeconds();
    assertThat(instants.after(start.plusSeconds(within % Math.max(1, length)))).isEqualTo(next);
  }

  @Provide
  Arbitrary<String> zones() {
    return Arbitraries.of(ZONES);
  }

  @Provide
  Arbitrary<Long> seconds() {
    return Arbitraries.longs().between(0, YEARS_SECONDS).withoutEdgeCases();
  }

  @Provide
  Arbitrary<NaiveCron> lines() {
    return Combinators.combine(
            field(0, 59, 0.2),
            field(0, 23, 0.4),
            field(1, 28, 0.7),
            field(1, 12, 0.9),
            field(0, 6, 0.7))
        .as(NaiveCron::new);
  }

  private static Arbitrary<Set<Integer>> field(int min, int max, double open) {
    var some = Arbitraries.integers().between(min, max).set().ofMinSize(1).ofMaxSize(4);
    return Arbitraries.frequencyOf(
        net.jqwik.api.Tuple.of((int) (open * 10), Arbitraries.just(Set.of())),
        net.jqwik.api.Tuple.of(10 - (int) (open * 10), some));
  }
}
