package dev.phaseline.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DurationTextTest {
  @Test
  void unitsAddUp() {
    assertThat(DurationText.parse("250ms")).isEqualTo(Duration.ofMillis(250));
    assertThat(DurationText.parse("5m")).isEqualTo(Duration.ofMinutes(5));
    assertThat(DurationText.parse(" 1h30m ")).isEqualTo(Duration.ofMinutes(90));
    assertThat(DurationText.parse("2d1ms")).isEqualTo(Duration.ofDays(2).plusMillis(1));
    assertThat(DurationText.parse("0s")).isEqualTo(Duration.ZERO);
    assertThat(DurationText.parse("1w")).isEqualTo(Duration.ofDays(7));
    assertThat(DurationText.parse("1.5s")).isEqualTo(Duration.ofMillis(1_500));
    assertThat(DurationText.parse("1.05s")).isEqualTo(Duration.ofMillis(1_050));
  }

  @Test
  void isoIsReadAndTheShortFormWritten() {
    for (var same :
        Map.of("1h30m", "PT1H30M", "2d", "P2D", "100ms", "PT0.1S", "1m1s1ms", "PT61.001S")
            .entrySet()) {
      assertThat(DurationText.parse(same.getKey())).isEqualTo(DurationText.parse(same.getValue()));
      assertThat(DurationText.of(DurationText.parse(same.getValue()))).isEqualTo(same.getKey());
    }
  }

  @Test
  void moreThanAHundredYearsIsASlipOfTheUnit() {
    assertThat(DurationText.read("36525d")).contains(Duration.ofDays(36_525));
    assertThat(DurationText.read("36526d")).isEmpty();
    assertThatThrownBy(() -> DurationText.parse("999999999h")).hasMessageContaining("100 years");
  }

  @Test
  void textIsReadBack() {
    for (var ms : List.of(0L, 1L, 999L, 60_000L, 5_400_000L, 90_061_001L)) {
      var duration = Duration.ofMillis(ms);
      assertThat(DurationText.parse(DurationText.of(duration))).isEqualTo(duration);
    }
    assertThat(DurationText.of(Duration.ofMinutes(90))).isEqualTo("1h30m");
  }

  @Test
  void whatIsNoDurationIsNamed() {
    for (var text :
        List.of("", " ", "5", "m", "-5m", "1.5h", "5m1h", "5 m", "PT-5M", "s", "1d1d")) {
      assertThatThrownBy(() -> DurationText.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + text + "'")
          .hasMessageContaining(DurationText.RULE);
    }
  }
}
