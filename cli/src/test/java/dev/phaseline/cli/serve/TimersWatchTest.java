package dev.phaseline.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.topics.ClusterException;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// Timers that nothing fires, as `/ready` of a worker shows them.
final class TimersWatchTest {
  private static final OptionalLong SERVED = OptionalLong.empty();

  @Test
  void timersWithoutASchedulerAreToldAfterASecondLook() {
    try (var watch = TimersWatch.manual("pl", false)) {
      watch.look(() -> OptionalLong.of(3));
      assertThat(watch.hint()).isEmpty();
      watch.look(() -> OptionalLong.of(3));
      assertThat(watch.hint())
          .contains(
              "no scheduler runs in namespace 'pl': 3 timers wait, jobs submitted for later among"
                  + " them; start one with `phaseline scheduler`");
      watch.look(() -> SERVED);
      assertThat(watch.hint()).isEmpty();
    }
  }

  @Test
  void aSchedulerThatIsExpectedIsMissedBeforeAnyTimerWaits() {
    try (var expecting = TimersWatch.manual("pl", true);
        var other = TimersWatch.manual("pl", false)) {
      for (var i = 0; i < 2; i++) {
        expecting.look(() -> OptionalLong.of(0));
        other.look(() -> OptionalLong.of(0));
      }
      assertThat(expecting.hint()).isPresent();
      assertThat(other.hint()).isEmpty();
    }
  }

  @Test
  void whatCanNotBeHadChangesNothing() {
    try (var watch = TimersWatch.manual("pl", true)) {
      for (var i = 0; i < 3; i++) {
        watch.look(
            () -> {
              throw new ClusterException("brokers are away");
            });
      }
      assertThat(watch.hint()).isEmpty();
    }
  }
}
