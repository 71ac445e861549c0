package dev.phaseline.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.FailureOptions.Outage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailureJudgeTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Outage RULE =
      new Outage(
          10,
          Duration.ofSeconds(60),
          0.2,
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          Duration.ofHours(1));

  private final FailureJudge judge = new FailureJudge(RULE);

  @Test
  void manyKeysThatFailAlikeAreAnOutage() {
    for (var key = 1; key < 10; key++) assertThat(judge.failed(key, "down", key)).isFalse();
    assertThat(judge.failed(10, "down", 10)).isTrue();
    assertThat(judge.isInForce("down")).isTrue();
    assertThat(judge.isInForce("else")).isFalse();
    judge.over();
    assertThat(judge.isInForce("down")).isFalse();
  }

  @Test
  void oneKeyThatFailsAgainAndAgainIsPoison() {
    for (var i = 0; i < 1_000; i++) assertThat(judge.failed(i, "bad", 7)).isFalse();
  }

  @Test
  void failuresThatDifferAreNotAlike() {
    for (var key = 0; key < 1_000; key++) {
      assertThat(judge.failed(key, "sort " + key % 20, key)).isFalse();
    }
  }

  @Test
  void manyFailuresAmongManySuccessesAreNotAnOutage() {
    for (var key = 0; key < 10_000; key++) {
      judge.succeeded();
      assertThat(judge.failed(key, "flaky", key)).as("every second fails").isFalse();
    }
  }

  @Test
  void aFewSuccessesAmongThemDoNotHideAnOutage() {
    for (var key = 1; key < 10; key++) {
      if (key == 3 || key == 6) judge.succeeded();
      assertThat(judge.failed(key, "down", key)).isFalse();
    }
    assertThat(judge.failed(10, "down", 10)).isTrue();
  }

  @Test
  void failuresThatAreFarApartAreNotAnOutage() {
    for (var key = 0; key < 1_000; key++) {
      assertThat(judge.failed(key * 7L * SECOND, "rare", key)).isFalse();
    }
  }

  @Test
  void theClockMayWrapMeanwhile() {
    for (var key = 1; key < 10; key++) {
      assertThat(judge.failed(Long.MAX_VALUE - 10 + key, "down", key)).isFalse();
    }
    assertThat(judge.failed(Long.MIN_VALUE + 4, "down", 10)).isTrue();
  }

  @Test
  void eachRestIsTwiceTheLastUpToTheLimitAndBeginsAnewAfterwards() {
    for (var seconds : new int[] {1, 2, 4, 8, 16, 30, 30}) {
      assertThat(judge.restNanos(0)).isEqualTo(seconds * SECOND);
    }
    assertThat(judge.restNanos(0.999)).isBetween(37 * SECOND, 38 * SECOND);
    judge.over();
    assertThat(judge.restNanos(0)).isEqualTo(SECOND);
  }

  @Test
  void attemptsAreSparedForSoLongOnly() {
    for (var key = 1; key <= 10; key++) judge.failed(0, "down", key);
    assertThat(judge.isOverdue(3_600 * SECOND)).isFalse();
    assertThat(judge.isOverdue(3_600 * SECOND + 1)).isTrue();
  }

  @Test
  void messagesAreAlikeWhateverNumbersIdsAndQuotesTheyHave() {
    var one = thrown("no answer from db-1:5432 for job-17 \"Ada\" (3fa85f64-5717)");
    var two = thrown("no answer from db-2:5433 for job-9 \"Grace\" (0b1c-99)");

    assertThat(FailureJudge.fingerprint(one)).isEqualTo(FailureJudge.fingerprint(two));
    assertThat(FailureJudge.fingerprint(thrown("connection refused")))
        .isNotEqualTo(FailureJudge.fingerprint(one));
  }

  private static Failure thrown(String message) {
    return new Failure(
        1, 0, 0, Failure.Kind.THROWN, FailureText.of(new IllegalStateException(message)));
  }

  @Test
  void nothingIsJudgedWhenItIsSwitchedOff() {
    assertThat(new FailureJudge(Outage.NEVER).isOn()).isFalse();
    assertThat(judge.isOn()).isTrue();
  }
}
