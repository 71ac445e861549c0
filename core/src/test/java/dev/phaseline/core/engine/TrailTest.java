package dev.phaseline.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrailTest {
  private static Failure failure(int attempt) {
    return new Failure(
        attempt,
        attempt * 10L,
        attempt * 10L + 5,
        Failure.Kind.THROWN,
        FailureText.of("no " + attempt));
  }

  private static Trail of(int failures) {
    var trail = new Trail(null);
    for (var i = 1; i <= failures; i++) trail.add(failure(i));
    return trail;
  }

  @Test
  void theFirstAndTheLastFailuresAreKeptAndThoseBetweenAreCounted() {
    var trail = of(1_000);

    assertThat(trail.failures().stream().map(Failure::attempt))
        .containsExactly(1, 2, 3, 994, 995, 996, 997, 998, 999, 1_000);
    assertThat(trail.omitted()).isEqualTo(990);
    assertThat(trail.firstStartNanos(7)).isEqualTo(10);
  }

  @Test
  void fewFailuresAreAllKept() {
    assertThat(of(10).failures().stream().map(Failure::attempt))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 10).boxed().toList());
    assertThat(of(10).omitted()).isZero();
  }

  @Test
  void whatIsTakenBackHasNeverCounted() {
    var trail = of(5);

    assertThat(trail.takeBack(failure -> failure.attempt() > 2)).isEqualTo(3);
    assertThat(trail.failures().stream().map(Failure::attempt)).containsExactly(1, 2);
    assertThat(trail.takeBack(_ -> true)).isEqualTo(2);
    assertThat(trail.firstStartNanos(7)).as("nothing has begun that counts").isEqualTo(7);
  }

  @Test
  void nothingIsTakenBackAcrossWhatWasOnlyCounted() {
    var trail = of(20);

    assertThat(trail.takeBack(_ -> true)).isEqualTo(Trail.LAST_KEPT);
    assertThat(trail.failures()).hasSize(Trail.FIRST_KEPT);
    trail.add(failure(14));
    assertThat(trail.failures().getLast().attempt()).isEqualTo(14);
  }

  @Test
  void anItemThatWasElsewhereBeganWhenItSaysSo() {
    var trail = new Trail(new EarlierAttempts(4, -500));
    trail.add(failure(4));
    assertThat(trail.firstStartNanos(7)).isEqualTo(-500);
  }

  @Test
  void whatAnExceptionSaysIsBoundedHoweverItIsMade() {
    var endless = new IllegalStateException("x".repeat(100_000));
    endless.initCause(new RuntimeException("y".repeat(100_000), endless));
    var said = FailureText.of(endless);

    assertThat(said.message()).hasSize(FailureText.MESSAGE_CHARS_MAX);
    assertThat(said.stack()).hasSizeLessThanOrEqualTo(FailureText.FRAMES_MAX);
    assertThat(said.simpleError()).isEqualTo("IllegalStateException");
    assertThat(
            FailureText.of(
                    new RuntimeException() {
                      private static final long serialVersionUID = 1L;

                      @Override
                      public String getMessage() {
                        throw new UnsupportedOperationException();
                      }
                    })
                .message())
        .contains("can't be read");
    assertThat(
            FailureText.of(new RuntimeException("no", new java.io.IOException("disk"))).message())
        .isEqualTo("no (cause: IOException: disk)");
  }
}
