package dev.phaseline.ops.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    refused("state=done pipeline~x", 19, "after 'pipeline' comes '='");
    refused("state=late", 6, "no job has a state 'late'");
    refused("state=split", 6, "no job has a state 'split'");
    refused("key=", 4, "'key' has no value");
    refused("key=\"abc", 4, "not closed");
    refused("key=a key=b", 6, "stands twice");
    refused("since=yesterday", 6, "'yesterday' is no time; say 30m");
    refused("tag=:x", 4, "the tag has no name");
    refused("=x", 0, "there is no field '=x'");
    refused("key=" + "x".repeat(5_000), 4_000, "5004 characters");
  }

  private static void refused(String text, int position, String words) {
    assertThatThrownBy(() -> JobQuery.parse(text, NOW))
        .isInstanceOfSatisfying(
            BadQueryException.class, e -> assertThat(e.position()).isEqualTo(position))
        .hasMessageContaining(words);
  }
}
