package dev.phaseline.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LayoutTest {
  private static final View VIEW = view(10, 60_000);

  private final Speed speed = new Speed();

  private static View view(long seconds, long stored) {
    return new View(
        "cities, run 3",
        Duration.ofSeconds(seconds),
        List.of(
            new PhaseCounts("fetch", 0, 0, 246, 0, 246),
            new PhaseCounts("normalize", 12_345, 16, 80_000, 12, 135_233),
            new PhaseCounts("store", 20_000, 256, stored, 0, 135_221)));
  }

  @Test
  void tableShowsWhereTheItemsAre() {
    speed.add(view(5, 10_000));
    speed.add(VIEW);

    assertThat(Layout.table(VIEW, speed, 100, false))
        .containsExactly(
            "cities, run 3                                               0:10",
            "phase      waiting  running      done    dead  items/s     ETA",
            "fetch            0        0       246       0        0    0:00",
            "normalize   12,345       16    80,000      12        0       -",
            "store       20,000      256    60,000       0   10,000    0:08",
            "[###############################-----------------------------]  51%");
  }

  @Test
  void narrowTerminalLosesTheLeastNeededFirst() {
    assertThat(Layout.table(VIEW, speed, 50, false))
        .element(1)
        .isEqualTo("phase      waiting      done    dead  items/s");
    assertThat(Layout.table(VIEW, speed, 30, false))
        .element(3)
        .isEqualTo("normalize    80,000      12");
  }

  @Test
  void noLineIsWiderThanTheTerminal() {
    for (var width = 1; width < 120; width++) {
      var columns = width;
      assertThat(Layout.table(VIEW, speed, width, false))
          .hasSize(6)
          .allMatch(line -> line.length() <= columns, "at most " + columns);
    }
  }

  @Test
  void coloursChangeNoWidth() {
    for (var width = 1; width < 120; width++) {
      var plain = Layout.table(VIEW, speed, width, false);
      var coloured =
          Layout.table(VIEW, speed, width, true).stream()
              .map(line -> line.replaceAll("\u001b\\[[0-9]+m", ""))
              .toList();
      assertThat(coloured).isEqualTo(plain);
    }
  }

  @Test
  void onlyEverythingIsHundredPercent() {
    var nearly = new PhaseCounts("store", 1, 0, 999_999, 0, 1_000_000);
    var all = new PhaseCounts("store", 0, 0, 1_000_000, 0, 1_000_000);

    assertThat(lastLine(nearly)).endsWith(" 99%");
    assertThat(lastLine(all)).endsWith(" 100%").doesNotContain("-");
  }

  @Test
  void readersOutOfStepNeverShowLessThanNothing() {
    assertThat(new PhaseCounts("store", -3, -1, 5, 0, PhaseCounts.UNKNOWN))
        .isEqualTo(new PhaseCounts("store", 0, 0, 5, 0, PhaseCounts.UNKNOWN));
  }

  @Test
  void plainLineSaysTheSameInWords() {
    speed.add(view(5, 10_000));
    speed.add(VIEW);

    assertThat(Layout.plain(VIEW, speed))
        .isEqualTo(
            "0:10  fetch 246 done | normalize 80,000 done, 12,361 to do, 12 dead | "
                + "store 60,000 done, 20,256 to do | 10,000 items/s, ETA 0:08");
  }

  @Test
  void clockHasHoursWhenItNeedsThem() {
    assertThat(Layout.clock(Duration.ofSeconds(59))).isEqualTo("0:59");
    assertThat(Layout.clock(Duration.ofSeconds(3_725))).isEqualTo("1:02:05");
  }

  private String lastLine(PhaseCounts counts) {
    return Layout.table(new View("x", Duration.ZERO, List.of(counts)), speed, 80, false).getLast();
  }
}
