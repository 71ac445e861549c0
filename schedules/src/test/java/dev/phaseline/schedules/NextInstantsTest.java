package dev.phaseline.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.schemas.schedule.InvalidScheduleException;
import dev.phaseline.schemas.schedule.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NextInstantsTest {

  /// Both changes of the clock in four zones: times of the day that are skipped or come twice.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # spring: 02:30 is skipped, so the run is when the clock goes on
          30 2 * * *  | Europe/Berlin       | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z | 2026-03-30T00:30:00Z
          # autumn: 02:30 comes twice, the first counts
          30 2 * * *  | Europe/Berlin       | 2026-10-24T12:00:00Z | 2026-10-25T00:30:00Z | 2026-10-26T01:30:00Z
          # a rhythm goes on through both passes, and misses what is skipped
          30 * * * *  | Europe/Berlin       | 2026-10-25T00:00:00Z | 2026-10-25T00:30:00Z | 2026-10-25T01:30:00Z
          30 * * * *  | Europe/Berlin       | 2026-03-29T00:30:00Z | 2026-03-29T01:30:00Z | 2026-03-29T02:30:00Z
          # several skipped times are one run
          0,15,30 2 * * * | Europe/Berlin   | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z | 2026-03-30T00:00:00Z
          30 2 * * *  | America/New_York    | 2026-03-07T12:00:00Z | 2026-03-08T07:00:00Z | 2026-03-09T06:30:00Z
          30 1 * * *  | America/New_York    | 2026-10-31T12:00:00Z | 2026-11-01T05:30:00Z | 2026-11-02T06:30:00Z
          */30 * * * * | America/New_York   | 2026-11-01T05:30:00Z | 2026-11-01T06:00:00Z | 2026-11-01T06:30:00Z
          # Lord Howe changes by half an hour
          15 2 * * *  | Australia/Lord_Howe | 2026-10-03T00:00:00Z | 2026-10-03T15:30:00Z | 2026-10-04T15:15:00Z
          45 1 * * *  | Australia/Lord_Howe | 2026-04-04T00:00:00Z | 2026-04-04T14:45:00Z | 2026-04-05T15:15:00Z
          45 * * * *  | Australia/Lord_Howe | 2026-04-04T14:30:00Z | 2026-04-04T14:45:00Z | 2026-04-04T15:15:00Z
          # Casablanca goes back for Ramadan and forth after it
          30 2 * * *  | Africa/Casablanca   | 2026-02-14T12:00:00Z | 2026-02-15T01:30:00Z | 2026-02-16T02:30:00Z
          30 2 * * *  | Africa/Casablanca   | 2026-03-21T12:00:00Z | 2026-03-22T02:00:00Z | 2026-03-23T01:30:00Z
          # the day itself begins with a skipped hour
          @daily      | America/Sao_Paulo   | 2018-11-03T12:00:00Z | 2018-11-04T03:00:00Z | 2018-11-05T02:00:00Z
          """)
  void changesOfTheClock(String line, String zone, Instant after, Instant first, Instant second) {
    assertThat(cron(zone, line).after(after, 2)).containsExactly(first, second);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 0 L * *        | 2026-02-01T00:00:00Z | 2026-02-28T00:00:00Z
          0 0 LW * *       | 2026-02-01T00:00:00Z | 2026-02-27T00:00:00Z
          0 0 15W * *      | 2026-02-01T00:00:00Z | 2026-02-16T00:00:00Z
          0 0 * * 5L       | 2026-02-01T00:00:00Z | 2026-02-27T00:00:00Z
          0 0 * * MON#2    | 2026-02-01T00:00:00Z | 2026-02-09T00:00:00Z
          0 0 * JAN-MAR MON-FRI | 2026-01-02T00:00:00Z | 2026-01-05T00:00:00Z
          0 0 * * 7        | 2026-02-02T00:00:00Z | 2026-02-08T00:00:00Z
          0 0 * * 0        | 2026-02-02T00:00:00Z | 2026-02-08T00:00:00Z
          0 0 13 * FRI     | 2026-02-07T00:00:00Z | 2026-02-13T00:00:00Z
          0 0 10 * FRI     | 2026-02-07T00:00:00Z | 2026-02-10T00:00:00Z
          0 0 29 2 *       | 2026-02-07T00:00:00Z | 2028-02-29T00:00:00Z
          0 0 29 2 *       | 2096-03-01T00:00:00Z | 2104-02-29T00:00:00Z
          */10 * * * * *   | 2026-02-07T00:00:05Z | 2026-02-07T00:00:10Z
          30 0 0 1 1 ?     | 2026-02-07T00:00:05Z | 2027-01-01T00:00:30Z
          @hourly          | 2026-02-07T00:00:05Z | 2026-02-07T01:00:00Z
          @weekly          | 2026-02-07T00:00:05Z | 2026-02-08T00:00:00Z
          @monthly         | 2026-02-07T00:00:05Z | 2026-03-01T00:00:00Z
          @yearly          | 2026-02-07T00:00:05Z | 2027-01-01T00:00:00Z
          """)
  void lines(String line, Instant after, Instant next) {
    assertThat(cron("UTC", line).after(after)).isEqualTo(next);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 0 30 2 *     | never fires: there is no such day
          0 0 31 4,6 *   | never fires: there is no such day
          0 0 0 30 FEB ? | never fires: there is no such day
          * * *          | has 3 fields
          ''             | has 0 fields
          61 * * * *     | can't be read: its minute is '61'; use 0 to 59
          0 0 25 * * *   | its hour is '25'; use 0 to 23
          * * * * MOO    | its weekday is 'MOO'; use 0 to 7, MON to SUN
          0 0 1 1 MOO    | its weekday is 'MOO'
          @never         | can't be read: there are: @hourly, @daily
          @dayly         | did you mean @daily?
          * * * * 1#9    | never fires
          1-0-2 * * * *  | can't be read
          """)
  void slipsAreNamed(String line, String message) {
    assertThatThrownBy(() -> cron("UTC", line))
        .isInstanceOf(InvalidScheduleException.class)
        .hasMessageContaining(message)
        .extracting(Throwable::getMessage)
        .matches(text -> text.toString().lines().count() == 1);
  }

  @Test
  void severalLinesAreOneSchedule() {
    assertThat(
            cron("UTC", "0 6 * * *", "30 18 * * *", "0 6 1 * *").after(at("2026-01-31T07:00Z"), 3))
        .containsExactly(at("2026-01-31T18:30Z"), at("2026-02-01T06:00Z"), at("2026-02-01T18:30Z"));
  }

  @Test
  void intervalsCountFromTheirPhase() {
    var hourly = interval(Duration.ofHours(1), Duration.ofMinutes(5), List.of());
    assertThat(hourly.after(at("2026-01-31T07:05Z"), 2))
        .containsExactly(at("2026-01-31T08:05Z"), at("2026-01-31T09:05Z"));
    assertThat(hourly.after(Instant.parse("2026-01-31T07:04:59.999Z")))
        .isEqualTo(at("2026-01-31T07:05Z"));
    assertThat(hourly.after(Instant.parse("2026-01-31T07:05:00.0000001Z")))
        .isEqualTo(at("2026-01-31T08:05Z"));
    var quick = interval(Duration.ofMillis(100), Duration.ZERO, List.of());
    assertThat(quick.after(at("2026-01-31T07:05Z")))
        .isEqualTo(Instant.parse("2026-01-31T07:05:00.100Z"));
  }

  @Test
  void exclusionsLeaveInstantsOut() {
    var calendar =
        new Timing.Calendar(
            ZoneId.of("Europe/Berlin"),
            List.of("2026-12-24..2026-12-26", "12-31..01-01", "* * * * SUN"));
    var daily = NextInstants.of(new Timing.Cron(List.of("0 9 * * *"), calendar));
    assertThat(daily.after(at("2026-12-23T12:00Z"), 5)) // the 27th is a Sunday, so is 3 January
        .containsExactly(
            at("2026-12-28T08:00Z"),
            at("2026-12-29T08:00Z"),
            at("2026-12-30T08:00Z"),
            at("2027-01-02T08:00Z"),
            at("2027-01-04T08:00Z"));
  }

  @Test
  void aLongExclusionOfAShortIntervalIsJumpedOver() {
    var quick = interval(Duration.ofMillis(100), Duration.ZERO, List.of("2026-01-01..2026-12-31"));
    assertThat(quick.after(at("2026-01-31T07:05Z"))).isEqualTo(at("2027-01-01T00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-02-30", "2026-02-02..2026-02-01", "13-01", "12-25..", "x"})
  void slipsInExclusionsAreNamed(String entry) {
    assertThatThrownBy(() -> interval(Duration.ofHours(1), Duration.ZERO, List.of(entry)))
        .isInstanceOf(InvalidScheduleException.class)
        .hasMessageContaining("exclude");
  }

  private static NextInstants cron(String zone, String... lines) {
    var calendar = new Timing.Calendar(ZoneId.of(zone), List.of());
    return NextInstants.of(new Timing.Cron(List.of(lines), calendar));
  }

  private static NextInstants interval(Duration every, Duration offset, List<String> exclude) {
    return NextInstants.of(
        new Timing.Interval(every, offset, new Timing.Calendar(ZoneId.of("UTC"), exclude)));
  }

  private static Instant at(String minute) {
    return Instant.parse(minute.replace("Z", ":00Z"));
  }
}
