package dev.phaseline.ops.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.ops.accounting.WorkState;
import dev.phaseline.ops.query.QuerySyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What operators type.
final class JobQueryTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void everyFieldIsRead() {
    var query =
        JobQuery.parse(
            "pipeline=cities phase=store state=dead,waiting tag=team:blue key=\"a b\" "
                + "error~\"timed \\\"out\" since=2h until=2026-02-28",
            NOW);
    assertThat(query)
        .isEqualTo(
            new JobQuery(
                "cities",
                "store",
                Set.of(WorkState.DEAD, WorkState.WAITING),
                new JobQuery.Tag("team", "blue"),
                "a b",
                "timed \"out",
                NOW.minus(Duration.ofHours(2)),
                Instant.parse("2026-02-28T00:00:00Z")));
  }

  @Test
  void nothingMeansAll() {
    assertThat(JobQuery.parse("  ", NOW)).isEqualTo(JobQuery.ALL);
  }

  @Test
  void whatCannotBeReadIsPointedAt() {
    refused("colour=red", 0, "there is no field 'colour'");
    refused("state=done pipeline~x", 19, "'pipeline' is compared with = only, not with ~");
    refused("error=x", 5, "'error' is compared with ~ only, not with =");
    refused("state=late", 6, "there is no state 'late'");
    refused("state=dead,late", 11, "there is no state 'late'");
    refused("state=split", 6, "there is no state 'split'");
    refused("key=", 4, "'key' has none");
    refused("key=\"\"", 4, "'key' has an empty value");
    refused("key=\"abc", 4, "never closed");
    refused("key=a key=b", 6, "stands twice");
    refused("since=yesterday", 6, "'yesterday' is no time; use 30m");
    refused("tag=:x", 4, "the tag has no name");
    refused("=x", 0, "name is missing before '='");
    refused("cities", 0, "'cities' is not FIELD=VALUE");
    refused("key=" + "x".repeat(5_000), 4_000, "5004 characters");
  }

  private static void refused(String text, int position, String words) {
    assertThatThrownBy(() -> JobQuery.parse(text, NOW))
        .isInstanceOfSatisfying(
            QuerySyntaxException.class, e -> assertThat(e.position()).isEqualTo(position))
        .hasMessageContaining(words);
  }
}
