package dev.phaseline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.cli.text.Ages;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Printable;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What people type wrong about dead letters, before any broker is asked.
final class DeadInputTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private List<String> refused(String... arguments) {
    err.getBuffer().setLength(0);
    var status = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    assertThat(status).as("%s", err).isEqualTo(ExitStatus.USAGE);
    return err.toString().lines().toList();
  }

  @Test
  void slipInAQueryIsPointedAtAndANearNameIsOffered() {
    assertThat(refused("dead", "list", "--demo", "cities", "key=1", "phse=store"))
        .containsExactly(
            "phaseline: there is no field 'phse'; did you mean phase?",
            "  key=1 phse=store",
            "        ^");
    assertThat(refused("dead", "redrive", "--demo", "cities", "kind=faild"))
        .containsExactly(
            "phaseline: there is no kind 'faild'; did you mean failed?",
            "  kind=faild",
            "       ^");
    assertThat(refused("dead", "list", "--demo", "cities", "error~timed out").getLast())
        .isEqualTo("              ^");
  }

  @Test
  void numbersThatMakeNoSenseAreNamed() {
    one("--rate -1/s: must be more than 0", "--rate=-1/s");
    one("--rate 0: must be more than 0", "--rate", "0");
    one("--rate fast: use a number", "--rate", "fast");
    one("--canary 0: must be at least 1", "--canary", "0");
    one("--canary -5: must be at least 1", "--canary=-5");
    one("--stop-if-fails 120%: must be from 0% to 100%", "--canary=1", "--stop-if-fails=120%");
    one("go with --canary", "--stop-if-fails", "5%");
    one("--limit 0: must be at least 1", "--limit", "0");
  }

  private void one(String words, String... options) {
    var arguments =
        new java.util.ArrayList<>(List.of("dead", "redrive", "--demo", "cities", "0-1"));
    arguments.addAll(List.of(options));
    assertThat(refused(arguments.toArray(String[]::new)))
        .singleElement()
        .asString()
        .startsWith("phaseline: ")
        .contains(words);
  }

  @Test
  void everythingIsNeverMeantByAccident() {
    assertThat(refused("dead", "redrive", "--demo", "cities").getFirst()).contains("--all");
    assertThat(refused("dead", "discard", "--demo", "cities", "--reason", "x").getFirst())
        .contains("--all");
    assertThat(refused("dead", "undo", "--demo", "cities", "--all", "0-1").getFirst())
        .contains("exclude each other");
    assertThat(refused("dead", "discard", "--demo", "cities", "0-1", "--reason", " ").getFirst())
        .contains("--reason is blank");
  }

  @Test
  void idThatIsNoneIsNamed() {
    assertThat(refused("dead", "show", "--demo", "cities", "twelve").getFirst())
        .contains("'twelve' is no letter's id: it is like 0-1234");
    assertThat(refused("dead", "list", "--demo", "countries").getFirst())
        .contains("the demo's pipeline is 'cities', not 'countries'");
    assertThat(
            refused("dead", "edit", "--demo", "cities", "0-1", "--value", "/nowhere/x").getFirst())
        .contains("can't read the new payload from /nowhere/x");
  }

  @Test
  void nothingThatMovesTheCursorIsPrinted() {
    assertThat(Printable.line("a\u001b[31mb\nc\u202ed")).isEqualTo("a\\u001b[31mb\\nc\\u202ed");
    assertThat(Printable.lines("a\nb\r\n")).containsExactly("a", "b\\r");
    assertThat(Printable.cut("abcdef", 4)).isEqualTo("abc\u2026");
    assertThat(Printable.cut("caf\u00e9 \ud83d\ude80", 10)).isEqualTo("caf\u00e9 \ud83d\ude80");
    assertThat(refused("dead", "show", "--demo", "cities", "\u001b[2J").getFirst())
        .doesNotContain("\u001b");
  }

  @Test
  void agesAreShort() {
    assertThat(Ages.of(java.time.Duration.ofSeconds(59))).isEqualTo("59s");
    assertThat(Ages.of(java.time.Duration.ofMinutes(90))).isEqualTo("1h");
    assertThat(Ages.of(java.time.Duration.ofDays(3))).isEqualTo("3d");
  }
}
