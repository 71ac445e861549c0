package dev.phaseline.worker.telemetry;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SubmittedTimesTest {
  private final SubmittedTimes times = new SubmittedTimes();

  private long read(String text) {
    return times.epochMillis(text.getBytes(US_ASCII));
  }

  @Test
  void everyTimeIsReadAsJavaReadsIt() {
    var seed = 20_260_131L;
    var random = new Random(seed);
    for (var i = 0; i < 20_000; i++) {
      // mostly within one minute, which is the quick way, and now and then far away
      var second = i % 50 == 0 ? random.nextLong(-60_000_000_000L, 60_000_000_000L) : i / 60 % 90;
      var nano =
          switch (i % 4) {
            case 0 -> 0;
            case 1 -> 7_000_000;
            case 2 -> 123_456_000;
            default -> random.nextInt(1_000_000_000);
          };
      var time = Instant.ofEpochSecond(second, nano);

      assertThat(read(time.toString()))
          .as("%s, seed %d", time, seed)
          .isEqualTo(time.toEpochMilli());
    }
  }

  @Test
  void whatIsNoTimeIsSaidToBeNone() {
    var good = Instant.parse("2026-01-31T12:00:00.5Z").toEpochMilli();
    for (var wrong :
        List.of(
            "",
            "now",
            "2026-01-31",
            "2026-01-31T12:00:61Z",
            "2026-01-31T12:00:0xZ",
            "2026-01-31T12:00:00.12x4Z",
            "2026-01-31T12:00:00,5Z",
            "2026-13-31T12:00:00.5Z",
            "2026-01-31T12:00:00.5")) {
      assertThat(read("2026-01-31T12:00:00.5Z")).isEqualTo(good);
      assertThat(read(wrong)).as(wrong).isEqualTo(SubmittedTimes.UNREADABLE);
    }
  }
}
