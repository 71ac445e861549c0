package dev.phaseline.ops.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JobEndTest {
  private static final JobEnd END =
      new JobEnd("j-1", "cities", "dead", Instant.EPOCH, Instant.EPOCH, 1L << 53, 2, 3);
  private static final List<String> NO_COUNTS =
      List.of(
          "-1",
          "1.5",
          "\"7\"",
          "null",
          "true",
          "[]",
          "9007199254740993",
          "9223372036854775808",
          "18446744073709551617",
          "1e30");

  @Test
  void whatIsWrittenIsRead() {
    assertThat(JobEnd.read(END.toJson())).isEqualTo(END);
  }

  @Test
  void aNumberThatIsNoneOrOutOfRangeIsRefusedAndNotCutDown() {
    for (var number : NO_COUNTS) {
      refused("items", number);
      refused("dead", number);
      refused("ending", number);
    }
  }

  @Test
  void anEndingThatIsNoIntIsRefused() {
    refused("ending", "0");
    refused("ending", "4294967297");
  }

  private static void refused(String field, String number) {
    var json = new String(END.toJson(), UTF_8);
    var broken = json.replaceFirst("\"" + field + "\":\\d+", "\"" + field + "\":" + number);
    assertThat(broken).isNotEqualTo(json);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobEnd.read(broken.getBytes(UTF_8)))
        .withMessageContaining(field);
  }

  @Test
  void aFieldThatIsAbsentIsRefused() {
    for (var field : new String[] {"job", "pipeline", "state", "submitted", "ended", "items"}) {
      var broken = new String(END.toJson(), UTF_8).replace('"' + field + '"', "\"other\"");
      assertThatIllegalArgumentException()
          .as(field)
          .isThrownBy(() -> JobEnd.read(broken.getBytes(UTF_8)));
    }
  }

  @Test
  void aHistorysNumbersThatAreNoneCountAsNotGiven() {
    var history =
        FailedAttempts.read(
            """
            [{"attempt":4294967297,"kind":"x"},{"omitted":18446744073709551617},{"omitted":-3},
             {"omitted":2},{"attempt":1.5,"kind":"x"},{"attempt":3,"kind":"x"}]
            """);
    assertThat(history.attempts()).extracting(FailedAttempt::number).containsExactly(0, 0, 3);
    assertThat(history.omitted()).isEqualTo(2);
  }
}
