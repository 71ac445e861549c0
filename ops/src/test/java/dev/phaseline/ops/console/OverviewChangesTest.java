package dev.phaseline.ops.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// When an overview is sent to pages.
final class OverviewChangesTest {
  private final OverviewChanges news = new OverviewChanges();

  private boolean isNews(int second, long waiting) {
    var now = Instant.ofEpochSecond(1_000_000 + second);
    var tracker = new OverviewJson.Tracker("ready", waiting, null, null, null, null, 0);
    return news.isNews(
        new OverviewJson.Overview(
            now.toString(),
            now.toString(),
            null,
            tracker,
            List.of(),
            new OverviewJson.Liveness(0, 0, 0, 0),
            List.of()),
        now);
  }

  @Test
  void whatOnlyHasAnotherTimeIsSentEveryFewSeconds() {
    assertThat(isNews(0, 0)).isTrue();
    for (var second = 1; second < 5; second++) assertThat(isNews(second, 0)).isFalse();
    assertThat(isNews(5, 0)).isTrue();
    assertThat(isNews(6, 0)).isFalse();
    assertThat(isNews(7, 1)).as("something moved").isTrue();
    assertThat(isNews(8, 1)).isFalse();
  }
}
