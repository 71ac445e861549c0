package dev.phaseline.ops.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Times are read as [Instant] reads them.
final class UtcTimesTest {
  @Test
  void whatInstantWritesIsReadAsInstantReadsIt() {
    var seed = Long.getLong("phaseline.seed", new Random().nextLong());
    System.out.println("seed " + seed + " (-Dphaseline.seed=" + seed + " repeats it)");
    var random = new Random(seed);
    for (var i = 0; i < 20_000; i++) {
      var second = random.nextLong(-62_135_596_800L, 300_000_000_000L);
      var nanos = new int[] {0, 7_000_000, 120_000, 9, 999_999_999, 500_000_000};
      var time = Instant.ofEpochSecond(second, nanos[random.nextInt(nanos.length)]);
      assertThat(UtcTimes.millis(bytes(time.toString())))
          .as(time.toString())
          .isEqualTo(time.toEpochMilli());
    }
  }

  @Test
  void otherFormsAreReadOrRefusedAsByInstant() {
    for (var text :
        List.of(
            "2026-03-01T24:00:00Z",
            "2026-03-01T12:00:00+01:00",
            "2026-03-01T12:00:00.1Z",
            "2026-03-01t12:00:00z",
            "-2026-03-01T12:00:00Z")) {
      assertThat(UtcTimes.millis(bytes(text)))
          .as(text)
          .isEqualTo(Instant.parse(text).toEpochMilli());
    }
    for (var text :
        List.of(
            "",
            "Z",
            "yesterday",
            "2026-02-30T12:00:00Z",
            "2026-13-01T12:00:00Z",
            "2026-03-01T25:00:00Z",
            "2026-03-01T12:60:00Z",
            "2026-03-01T12:00:00,5Z",
            "2026-03-01T12:00:00.1234567890Z",
            "2026-03-01 12:00:00Z")) {
      assertThatThrownBy(() -> UtcTimes.millis(bytes(text)))
          .as(text)
          .isInstanceOf(DateTimeException.class);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
