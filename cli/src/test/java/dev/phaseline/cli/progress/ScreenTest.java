package dev.phaseline.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ScreenTest {
  private final StringWriter written = new StringWriter();
  private final PrintWriter out = new PrintWriter(written);

  private static View view(long millis, long done) {
    return new View(
        "run",
        Duration.ofMillis(millis),
        List.of(new PhaseCounts("store", 0, 0, done, 0, PhaseCounts.UNKNOWN)));
  }

  @Test
  void plainScreenSpeaksEveryFewSecondsAndAtTheEnd() {
    var screen = new PlainScreen(out);
    for (var millis = 0; millis <= 7_000; millis += 250) screen.show(view(millis, millis));
    screen.close();
    screen.close();

    assertThat(written.toString().lines().map(line -> line.substring(0, 4)))
        .containsExactly("0:00", "0:03", "0:06", "0:07");
    assertThat(written.toString()).doesNotContain("\u001b");
  }

  @Test
  void plainScreenDoesNotRepeatTheEnd() {
    var screen = new PlainScreen(out);
    screen.show(view(0, 1));
    screen.close();

    assertThat(written.toString().lines()).hasSize(1);
  }

  @Test
  void terminalShowsTheNewestTableInPlace() {
    var screen = new AnsiScreen(out, () -> 80);
    screen.show(view(0, 111));
    screen.show(view(100, 222));

    var shown = VirtualTerminal.show(written.toString());
    assertThat(shown).hasSize(4).anyMatch(line -> line.contains("222"));
    assertThat(shown).noneMatch(line -> line.contains("111"));
  }

  @Test
  void lineThatStaysStandsAboveTheTable() {
    var screen = new AnsiScreen(out, () -> 80);
    screen.show(view(0, 111));
    screen.line("the broker is gone");
    screen.show(view(100, 222));

    var shown = VirtualTerminal.show(written.toString());
    assertThat(shown).hasSize(5);
    assertThat(shown.getFirst()).isEqualTo("the broker is gone");
    assertThat(shown).noneMatch(line -> line.contains("111"));
  }

  @Test
  void cursorIsHiddenOnceAndGivenBackOnce() {
    var screen = new AnsiScreen(out, () -> 80);
    screen.show(view(0, 1));
    screen.show(view(100, 2));
    screen.close();
    screen.close();

    assertThat(written.toString()).containsOnlyOnce("\u001b[?25l").containsOnlyOnce("\u001b[?25h");
  }

  @Test
  void nothingIsDrawnAfterTheEnd() {
    var screen = new AnsiScreen(out, () -> 80);
    screen.show(view(0, 111));
    screen.close();
    screen.show(view(100, 222));
    screen.line("bye");

    var shown = VirtualTerminal.show(written.toString());
    assertThat(shown).anyMatch(line -> line.contains("111")).noneMatch(l -> l.contains("222"));
    assertThat(shown.getLast()).isEqualTo("bye");
  }

  @Test
  void widthIsReadFromSttyOrElseUsual() {
    assertThat(Terminal.parse("40 132\n")).isEqualTo(132);
    assertThat(Terminal.parse("0 0")).isEqualTo(Terminal.COLUMNS_DEFAULT);
    assertThat(Terminal.parse("stty: /dev/tty: no such device")).isEqualTo(80);
    assertThat(Terminal.parse("")).isEqualTo(80);
  }
}
