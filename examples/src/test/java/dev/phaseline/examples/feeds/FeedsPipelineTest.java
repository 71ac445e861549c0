package dev.phaseline.examples.feeds;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.testkit.DeadLetter;
import dev.phaseline.testkit.PipelineDriver;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FeedsPipelineTest {
  private static final Instant AS_OF = Instant.parse("2026-01-31T12:00:00Z");

  @TempDir private Path folder;

  @Test
  void eachRowIsImportedAndNoted() throws Exception {
    var file = folder.resolve("rows");
    var rows = new RowFile(file, InstantSource.fixed(AS_OF));
    var driver = PipelineDriver.of(FeedsPipeline.create(Optional.of(rows)));

    driver.submit("job-1", new FeedRequest("shop", AS_OF, 3, 0));
    driver.runUntilIdle();

    assertThat(driver.done()).hasSize(3);
    assertThat(RowFile.read(file))
        .containsExactlyInAnyOrder(
            new RowFile.Row(AS_OF, "job-1/0"),
            new RowFile.Row(AS_OF, "job-1/1"),
            new RowFile.Row(AS_OF, "job-1/2"));
  }

  @Test
  void feedWithoutRowsEndsInItsFirstPhase() {
    var driver = PipelineDriver.of(FeedsPipeline.create(Optional.empty()));

    driver.submit("job-1", new FeedRequest("shop", AS_OF, 0, 0));
    driver.runUntilIdle();

    assertThat(driver.done()).hasSize(1);
    assertThat(driver.forwarded()).isEmpty();
  }

  @Test
  void requestWithoutMeasureIsADeadLetter() {
    var driver = PipelineDriver.of(FeedsPipeline.create(Optional.empty()));

    driver.submitBytes(
        "job-1",
        "{\"feed\":\"a\",\"asOf\":\"2026-01-31T12:00:00Z\",\"rows\":-1,\"rowMs\":0}"
            .getBytes(UTF_8));
    driver.runUntilIdle();

    assertThat(driver.dead()).hasSize(1);
    assertThat(driver.dead()).extracting(DeadLetter::reason).asString().contains("FeedRequest");
  }

  @Test
  void archiveHasMoreTimeAndFewerImportsAtOnce() {
    var feeds = FeedsPipeline.create(Optional.empty());
    var archive = FeedsPipeline.archive().over(feeds);

    assertThat(archive.name()).isEqualTo("feeds-archive");
    assertThat(archive.phaseNames()).isEqualTo(List.of("fetch", "import"));
    assertThat(archive.phase("import").options().timeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(feeds.phase("import").options().timeout()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void blankSettingIsRefused() {
    assertThatThrownBy(() -> new FeedsProvider().pipelines(Map.of(FeedsProvider.ROWS, " ")))
        .hasMessageContaining("feeds.rows");
  }
}
