package dev.phaseline.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

final class ItemIdentityTest {
  private static final List<String> NAMES =
      List.of(
          HeaderNames.JOB,
          HeaderNames.ITEM,
          HeaderNames.SIBLINGS,
          HeaderNames.ATTEMPT,
          HeaderNames.GENERATION,
          HeaderNames.PARENT,
          HeaderNames.DEADLINE,
          HeaderNames.SUBMITTED,
          HeaderNames.TAGS,
          HeaderNames.TRACE_PARENT,
          HeaderNames.TRACE_STATE,
          "pl-from-the-future");

  private static ItemIdentity read(RecordHeaders headers) {
    return ItemIdentity.read("pl.cities.fetch", 3, 42, headers);
  }

  private static RecordHeaders headers(String... namesAndValues) {
    var headers = new RecordHeaders();
    for (var i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1].getBytes(UTF_8));
    }
    return headers;
  }

  @Test
  void thePartsStandForThemselves() {
    for (var name : NAMES.subList(1, NAMES.size())) {
      var identity = read(headers(HeaderNames.JOB, "mine", name, "\u0001 no good"));
      assertThat(identity.jobId()).as(name).isEqualTo("mine");
      assertThat(identity.named()).isTrue();
      assertThat(identity.path()).isEqualTo("/");
      assertThat(identity.parent()).isNull();
      assertThat(identity.attempt()).isEqualTo(1);
      assertThat(identity.siblings() + identity.generation()).isZero();
    }
    var good =
        read(
            headers(
                HeaderNames.JOB, "mine",
                HeaderNames.ITEM, "/3/0",
                HeaderNames.SIBLINGS, "4",
                HeaderNames.ATTEMPT, "2",
                HeaderNames.GENERATION, "1",
                HeaderNames.PARENT, "fetch/0/17"));
    assertThat(good)
        .isEqualTo(
            new ItemIdentity("mine", true, "/3/0", 4, 2, 1, new RecordRef("fetch", 0, 17), null));
    assertThat(good.itemId()).isEqualTo("mine/3/0");
  }

  @Test
  void aJobThatCanNotBeReadIsTheRecordsPlaceWithAWordOnWhy() {
    var ids =
        Map.of(
            "",
            "empty",
            "a\nb",
            "control character",
            "x".repeat(201),
            "201 characters",
            "\u009b2J",
            "control character");
    ids.forEach(
        (id, why) -> {
          var identity = read(headers(HeaderNames.JOB, id));
          assertThat(identity.jobId()).isEqualTo("pl.cities.fetch-3-42");
          assertThat(identity.named()).isFalse();
          assertThat(identity.malformed()).contains(why);
        });
    var notUtf8 = new RecordHeaders().add(HeaderNames.JOB, new byte[] {(byte) 0xC3, 0x28});
    assertThat(ItemIdentity.read("t", 0, 1, notUtf8).jobId()).isEqualTo("t-0-1");
    assertThat(ItemIdentity.jobIdOf("t", 0, 1, notUtf8)).isEqualTo("t-0-1");
    assertThat(read(headers(HeaderNames.JOB, "\uFFFD in earnest")).named()).isTrue();
  }

  @Test
  void whatOnlyLookersOnReadIsNeverWorthAnItem() {
    for (var name :
        List.of(
            HeaderNames.TAGS,
            HeaderNames.TRACE_PARENT,
            HeaderNames.TRACE_STATE,
            HeaderNames.HISTORY,
            HeaderNames.PARENT)) {
      for (var value : new byte[][] {null, {}, {(byte) 0xC3, 0x28}, {0, 1}}) {
        var headers = headers(HeaderNames.JOB, "mine");
        headers.add(name, value);
        var read = ItemHeaders.read("t", 0, 1, headers);
        assertThat(read.jobId()).as(name).isEqualTo("mine");
        assertThat(read.job().tagMap()).isNotNull();
      }
    }
  }

  @Test
  void randomHeadersHaveAnIdentityAndWhatAWorkerTakesHasTheSame() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    var taken = 0;
    for (var i = 0; i < 20_000; i++) {
      var headers = mutated(random);
      var identity = read(headers);
      assertThat(identity.jobId()).as("seed %d, round %d", seed, i).isNotEmpty();
      assertThat(ItemIdentity.jobIdOf("pl.cities.fetch", 3, 42, headers))
          .isEqualTo(identity.jobId());
      try {
        var item = ItemHeaders.read("pl.cities.fetch", 3, 42, headers);
        taken++;
        assertThat(item.jobId()).as("seed %d, round %d", seed, i).isEqualTo(identity.jobId());
        assertThat(item.itemId()).isEqualTo(identity.itemId());
        assertThat(item.attempts().next()).isEqualTo(identity.attempt());
        assertThat(item.identity().generation()).isEqualTo(identity.generation());
        assertThat(identity.malformed()).isNull();
      } catch (MalformedHeaderException refused) {
        assertThat(refused.getMessage()).isNotBlank();
      }
    }
    assertThat(taken).isBetween(100, 19_900);
  }

  /// Headers of ours with values that fit, nearly fit or don't.
  static RecordHeaders mutated(Random random) {
    var headers = new RecordHeaders();
    for (var i = random.nextInt(6); i > 0; i--) {
      headers.add(NAMES.get(random.nextInt(NAMES.size())), value(random));
    }
    return headers;
  }

  @SuppressWarnings("NullAway") // a header may have no value
  private static byte[] value(Random random) {
    var texts =
        List.of(
            "job-1",
            "/",
            "/3",
            "/3/0",
            "3",
            "0",
            "1",
            "7",
            "-1",
            "99999999999",
            "",
            " ",
            "a\nb",
            "fetch/0/17",
            "fetch/0/",
            "/0/1",
            "fetch/9999999999/1",
            "dead/0/1",
            "x".repeat(450),
            "/12345678901",
            "/1".repeat(300),
            "2026-01-31T12:00:00Z",
            "tomorrow",
            "+5",
            "\u0663");
    var bytes = texts.get(random.nextInt(texts.size())).getBytes(UTF_8);
    return switch (random.nextInt(8)) {
      case 0 -> null;
      case 1 -> {
        if (bytes.length > 0) bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        yield bytes;
      }
      default -> bytes;
    };
  }

  @Test
  void halfACharacterIsRefusedAndNotPatched() {
    assertThat(Utf8.halfCharacter("a\uD83D\uDE00b")).isEqualTo(-1);
    assertThat(Utf8.halfCharacter("lone-\uD83D")).isEqualTo(5);
    assertThat(Utf8.halfCharacter("\uDE00\uD83D")).isZero();
    assertThat(Utf8.halfCharacter("\uD83D\uD83D\uDE00")).isZero();
    for (var id : List.of("lone-\uD83D", "lone-\uDE00", "\uDE00\uD83D")) {
      assertThatThrownBy(() -> ItemHeaders.checkJobId(id))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("half a character");
    }
    ItemHeaders.checkJobId("whole-\uD83D\uDE00");
  }
}
