package dev.phaseline.ops.dead;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.ops.audit.DeadLetterReader;
import dev.phaseline.schemas.HeaderNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The query of a group means its letters and no others.
final class LetterGroupTest {
  private static final List<@Nullable String> KINDS = List.of("failed", "exploded", "");
  private static final List<@Nullable String> PHASES = List.of("store", "two words", "");
  private static final List<@Nullable String> REASONS =
      List.of(
          "down",
          "",
          " ",
          "\n\nreal words",
          "a".repeat(199),
          "a".repeat(200),
          "a".repeat(300),
          "a \"quoted\" \\ one",
          "it's",
          "x=y",
          "group=1",
          "\u001b[31mred",
          "tab\there");

  @Test
  void theQueryOfAGroupMeansExactlyItsLetters() {
    var all = letters();
    for (var one : all) {
      var group = LetterGroup.of(one);
      var query = LetterGroup.query(shown(group));
      assertThat(query).as("%s", group).isNotEmpty();
      var parsed = LetterQuery.parse(query, Instant.now());
      for (var other : all) {
        assertThat(parsed.matches(new LetterEntry(other, LetterState.NEW)))
            .as("%s against %s", query, LetterGroup.of(other))
            .isEqualTo(LetterGroup.of(other).equals(group));
      }
    }
  }

  @Test
  void ordinaryGroupsAreNamedInWords() {
    assertThat(LetterGroup.query(shown(new LetterGroup("failed", "store", "it is down"))))
        .isEqualTo("phase=store kind=failed reason=\"it is down\"");
    assertThat(LetterGroup.query(shown(new LetterGroup("failed", "s", LetterGroup.OTHER_REASONS))))
        .as("what is left over")
        .isEmpty();
  }

  private static DeadLetterReader.Group shown(LetterGroup group) {
    return new DeadLetterReader.Group(
        group.kind(), group.phase(), group.reason(), 1, Instant.EPOCH, Instant.EPOCH);
  }

  private static List<Letter> letters() {
    var letters = new ArrayList<Letter>();
    letters.add(letter(0, null, null, null));
    for (var kind : KINDS) {
      for (var phase : PHASES) {
        for (var reason : REASONS) letters.add(letter(letters.size(), kind, phase, reason));
      }
    }
    return letters;
  }

  private static Letter letter(
      long offset, @Nullable String kind, @Nullable String phase, @Nullable String reason) {
    var headers = new RecordHeaders();
    if (kind != null) headers.add(HeaderNames.KIND, kind.getBytes(UTF_8));
    if (phase != null) headers.add(HeaderNames.PHASE, phase.getBytes(UTF_8));
    if (reason != null) headers.add(HeaderNames.REASON, reason.getBytes(UTF_8));
    return new Letter(
        new ConsumerRecord<>(
            "pl.cities.dead",
            0,
            offset,
            0,
            TimestampType.CREATE_TIME,
            0,
            0,
            new byte[0],
            new byte[0],
            headers,
            Optional.empty()));
  }
}
