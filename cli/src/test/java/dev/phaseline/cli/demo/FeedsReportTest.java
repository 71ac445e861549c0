package dev.phaseline.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.cli.text.Widths;
import dev.phaseline.examples.feeds.RowFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The report of the demo of feeds, on a narrow terminal and with problems, and the count of
/// imports that ran twice.
final class FeedsReportTest {
  private static FeedsReport report(List<String> problems) {
    return new FeedsReport(
        problems.isEmpty(),
        48,
        List.of(
            new ScheduleAudit.Result("shop-hourly", 48, 48, 0, 48, 60, 10_400, 310, 12_800),
            new ScheduleAudit.Result("news-continuous", 131, 131, 0, 131, 20, 400, 210, 11_000)),
        List.of(new FeedsReport.PipelineBooks("feeds", 179, 589, 410, 0)),
        new FeedsReport.Rows(410, 2, 0),
        new FeedsReport.Servers(7_800, 11_300, 1_900),
        31,
        problems);
  }

  @Test
  void linesFitATerminalAndSayHowItWent() {
    var lines = report(List.of()).lines(80);

    assertThat(lines).allMatch(line -> Widths.of(line) <= 80);
    assertThat(String.join("\n", lines))
        .contains("INSTANTS", "10.4 s", "imports that ran twice: 2 of 410", "none doubled")
        .doesNotContain("FOUND");
  }

  @Test
  void problemsAreListedUpToABound() {
    var few = report(List.of("shop-hourly: 12:00:05Z was missed")).lines(80);
    assertThat(few)
        .endsWith("The audit FOUND what must not be:", "  shop-hourly: 12:00:05Z was missed");

    var many = report(Collections.nCopies(23, "x")).lines(80);
    assertThat(many).endsWith("  x", "  and 3 more");
  }

  @Test
  void importsOfADepartedServerThatRanAgainAreCounted(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("a"), "1000 j/0\n2000 j/1\n3000 j/2\n");
    Files.writeString(folder.resolve("b"), "1500 j/0\n4000 j/2\n5000 k/0\n");
    var files = Map.of("a", folder.resolve("a"), "b", folder.resolve("b"));
    var atEnd = new FeedsAudit.Departure("a", Instant.ofEpochMilli(3_500));
    var never = new FeedsAudit.Departure("b", Instant.ofEpochMilli(9_000));

    assertThat(FeedsAudit.rows(files, atEnd, never)).isEqualTo(new FeedsReport.Rows(4, 1, 0));
    assertThat(RowFile.read(folder.resolve("none"))).isEmpty();
  }
}
