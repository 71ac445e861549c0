package dev.phaseline.ops.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.phaseline.ops.dead.LetterQuery;
import dev.phaseline.ops.tracker.JobQuery;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Queries about letters and queries about jobs, compared: the same text means the same, and help
/// and docs are those of the vocabularies.
final class OneGrammarTest {
  private static final Instant NOW = Instant.parse("2026-03-08T12:00:00Z");
  private static final List<Vocabulary<?>> BOTH =
      List.of(LetterQuery.VOCABULARY, JobQuery.VOCABULARY);

  private static QueryValue only(Vocabulary<?> vocabulary, String query) {
    return vocabulary.parse(query, NOW).terms().getFirst().value();
  }

  @Test
  void aTimeMeansTheSameInBoth() {
    var times =
        Map.ofEntries(
            Map.entry("90s", NOW.minusSeconds(90)),
            Map.entry("30m", NOW.minus(Duration.ofMinutes(30))),
            Map.entry("2h", NOW.minus(Duration.ofHours(2))),
            Map.entry("7d", NOW.minus(Duration.ofDays(7))),
            Map.entry("1w", NOW.minus(Duration.ofDays(7))),
            Map.entry("999999w", NOW.minus(Duration.ofDays(6_999_993))),
            Map.entry("2026-03-01", Instant.parse("2026-03-01T00:00:00Z")),
            Map.entry("+12026-03-01", Instant.parse("+12026-03-01T00:00:00Z")),
            Map.entry("2026-03-01T10:00Z", Instant.parse("2026-03-01T10:00:00Z")),
            Map.entry("2026-03-01t10:00:00z", Instant.parse("2026-03-01T10:00:00Z")),
            Map.entry("2026-03-01T24:00:00Z", Instant.parse("2026-03-02T00:00:00Z")),
            Map.entry("2026-03-01T10:00+01:00", Instant.parse("2026-03-01T09:00:00Z")),
            Map.entry("2026-03-01T10:00:00.5+01:00", Instant.parse("2026-03-01T09:00:00.5Z")));
    times.forEach(
        (typed, meant) -> {
          for (var vocabulary : BOTH) {
            for (var field : List.of("since=", "until=")) {
              assertThat(only(vocabulary, field + typed))
                  .as(field + typed)
                  .isEqualTo(new QueryValue.Time(meant));
            }
          }
        });
  }

  @Test
  void quotesAndBackslashesAreTheSameInBoth() {
    var typed =
        Map.of(
            "\"a b\"",
            "a b",
            "'a b'",
            "a b",
            "\"a'b\"",
            "a'b",
            "'a\"b'",
            "a\"b",
            "\"a\\\"b\"",
            "a\"b",
            "\"a\\\\b\"",
            "a\\b",
            "a\\b",
            "a\\b",
            "a=b~c",
            "a=b~c",
            "a\"b",
            "a\"b");
    typed.forEach(
        (text, meant) -> {
          for (var vocabulary : BOTH) {
            assertThat(only(vocabulary, "key=" + text))
                .as(text)
                .isEqualTo(new QueryValue.Text(meant));
          }
        });
  }

  @Test
  void aSlipIsPointedAtInTheSameWordsInBoth() {
    for (var slip :
        List.of(
            "since=yesterday",
            "since=1y",
            "since~2h",
            "until=2026-13-01",
            "key=\"a",
            "key='a",
            "key=\"a\"b",
            "=x",
            "ke<y",
            "\u001b[31m",
            "since=\"\"")) {
      var said = new ArrayList<String>();
      for (var vocabulary : BOTH) {
        var wrong =
            catchThrowableOfType(
                QuerySyntaxException.class, () -> vocabulary.parse("  " + slip, NOW));
        assertThat(wrong).as(slip).isNotNull();
        said.add(wrong.position() + ": " + wrong.getMessage());
      }
      assertThat(said.getFirst()).as(slip).isEqualTo(said.getLast());
    }
  }

  @Test
  void thousandsOfIdsAreRead() {
    var ids = "0-123456 ".repeat(5_000);
    assertThat(LetterQuery.VOCABULARY.parse(ids, NOW).ids()).hasSize(5_000);
  }

  @Test
  void theHelpHasEveryFieldAndEveryWord() {
    for (var vocabulary : BOTH) {
      var help = vocabulary.help();
      assertThat(help).allMatch(line -> line.length() <= 80);
      var text = String.join(" ", help);
      for (var field : vocabulary.fields()) {
        assertThat(help).anyMatch(line -> line.matches("  " + field.text() + "[=~]? .*"));
        if (field.type() instanceof ValueType.Words(var known)) {
          assertThat(text).contains(known);
        }
      }
    }
  }

  @Test
  void theExampleOfTheHelpIsAQuery() {
    for (var vocabulary : BOTH) {
      assertThat(vocabulary.parse(vocabulary.example(), NOW).terms()).isNotEmpty();
      assertThat(vocabulary.grammar()).contains(vocabulary.example());
    }
  }

  @Test
  void theDocsHaveTheTablesOfBothVocabularies() throws Exception {
    var page = Files.readString(Path.of("../docs/queries.md"));
    for (var vocabulary : BOTH) {
      assertThat(page).contains(String.join("\n", table(vocabulary)) + "\n\n");
    }
  }

  private static List<String> table(Vocabulary<?> vocabulary) {
    var rows = new ArrayList<>(List.of("| field | signs | meaning |", "|---|---|---|"));
    for (var field : vocabulary.fields()) {
      rows.add(
          "| `%s` | `%s` | %s |"
              .formatted(
                  field.text(),
                  Vocabulary.signs(field).replaceAll(", | or ", "` `"),
                  Vocabulary.meaning(field)));
    }
    return rows;
  }
}
