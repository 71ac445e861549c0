package dev.phaseline.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.List;
import java.util.Random;
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
    assertThat(JobEnd.read(END.toBytes())).isEqualTo(END);
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
    var json = new String(END.toBytes(), UTF_8);
    var broken = json.replaceFirst("\"" + field + "\":\\d+", "\"" + field + "\":" + number);
    assertThat(broken).isNotEqualTo(json);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobEnd.read(broken.getBytes(UTF_8)))
        .withMessageContaining(field);
  }

  @Test
  void aFieldThatIsAbsentIsRefused() {
    for (var field : new String[] {"job", "pipeline", "state", "submitted", "ended", "items"}) {
      var broken = new String(END.toBytes(), UTF_8).replace('"' + field + '"', "\"other\"");
      assertThatIllegalArgumentException()
          .as(field)
          .isThrownBy(() -> JobEnd.read(broken.getBytes(UTF_8)));
    }
  }

  @Test
  void aFieldOfALaterVersionIsIgnored() {
    var json = new String(END.toBytes(), UTF_8).replaceFirst("\\{", "{\"later\":[{}],");
    assertThat(JobEnd.read(json.getBytes(UTF_8))).isEqualTo(END);
  }

  @Test
  void theFormatIsAsDocumented() {
    assertThat(new String(END.toBytes(), UTF_8))
        .isEqualTo(
            """
            {"job":"j-1","pipeline":"cities","state":"dead","submitted":"1970-01-01T00:00:00Z",\
            "ended":"1970-01-01T00:00:00Z","items":9007199254740992,"dead":2,"ending":3}""");
  }

  @Test
  void bytesThatAreNoSuchObjectAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> JobEnd.read(null));
    var whole = new String(END.toBytes(), UTF_8);
    for (var text :
        List.of(
            "",
            " ",
            "null",
            "7",
            "[]",
            "\"j-1\"",
            "{}",
            "{",
            "\0",
            whole.substring(0, whole.length() - 1),
            whole.replace("\"dead\",", "4,"),
            whole.replace("1970-01-01T00:00:00Z", "yesterday"),
            whole.replace("1970-01-01T00:00:00Z", "+9999999999-01-01T00:00:00Z"),
            "[".repeat(100_000),
            "{\"job\":".repeat(100_000))) {
      assertThatIllegalArgumentException()
          .as(text.substring(0, Math.min(80, text.length())))
          .isThrownBy(() -> JobEnd.read(text.getBytes(UTF_8)));
    }
  }

  @Test
  void anyBytesAreReadOrRefused() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    for (var i = 0; i < 5_000; i++) {
      var bytes = END.toBytes();
      for (var flips = 1 + random.nextInt(4); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(JobEnd.read(bytes).ending()).as("seed %d", seed).isPositive();
      } catch (IllegalArgumentException refused) {
        assertThat(refused).as("seed %d", seed).hasMessageContaining("the end of a job");
      }
    }
  }
}
