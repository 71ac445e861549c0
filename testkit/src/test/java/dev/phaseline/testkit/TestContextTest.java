package dev.phaseline.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Contexts for tests, which are changed by copies.
final class TestContextTest {
  @Test
  void aCopyKeepsEverythingElse() {
    var end = Instant.parse("2026-01-31T12:00:00Z");
    List<UnaryOperator<TestContext>> changes =
        List.of(
            context -> context.withPath("/1"),
            context -> context.withAttempt(2),
            context -> context.withKey("key"),
            context -> context.withDeadline(end),
            context -> context.withTags(Map.of("tag", "of it")));
    for (var order : List.of(changes, changes.reversed())) {
      var context = TestContext.of("pipeline", "phase", "job");
      for (var change : order) context = change.apply(context);
      assertThat(context.pipeline()).isEqualTo("pipeline");
      assertThat(context.phase()).isEqualTo("phase");
      assertThat(context.jobId()).isEqualTo("job");
      assertThat(context.path()).isEqualTo("/1");
      assertThat(context.attempt()).isEqualTo(2);
      assertThat(context.key()).contains("key");
      assertThat(context.deadline()).contains(end);
      assertThat(context.tags()).isEqualTo(Map.of("tag", "of it"));
    }
  }
}
