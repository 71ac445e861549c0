package dev.phaseline.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SpeedTest {
  private final Speed speed = new Speed();

  private PhaseCounts at(long millis, long done, long remaining) {
    var counts = new PhaseCounts("store", remaining, 0, done, 0, PhaseCounts.UNKNOWN);
    speed.add(new View("run", Duration.ofMillis(millis), List.of(counts)));
    return counts;
  }

  @Test
  void oneLookTellsNothing() {
    var counts = at(0, 0, 100);

    assertThat(speed.perSecond("store")).isEmpty();
    assertThat(speed.secondsLeft(counts)).isEmpty();
  }

  @Test
  void tellsItemsASecondAndWhatIsLeft() {
    at(0, 0, 1_000);
    var counts = at(2_000, 400, 600);

    assertThat(speed.perSecond("store")).hasValue(200);
    assertThat(speed.secondsLeft(counts)).hasValue(3);
  }

  @Test
  void forgetsWhatIsOlderThanTheWindow() {
    at(0, 0, 0);
    for (var second = 1; second <= 30; second++) {
      at(second * 1_000L, second < 20 ? 0 : (second - 20) * 50L, 0);
    }

    assertThat(speed.perSecond("store")).hasValue(50);
  }

  @Test
  void standingStillHasNoEnd() {
    at(0, 10, 5);
    var counts = at(3_000, 10, 5);

    assertThat(speed.perSecond("store")).hasValue(0);
    assertThat(speed.secondsLeft(counts)).isEmpty();
  }

  @Test
  void nothingLeftIsZeroSeconds() {
    assertThat(speed.secondsLeft(at(0, 10, 0))).hasValue(0);
  }

  @Test
  void expectedItemsCountBeforeTheyArrive() {
    var counts = new PhaseCounts("store", 10, 0, 100, 50, 400);

    assertThat(counts.remaining()).isEqualTo(250);
  }
}
