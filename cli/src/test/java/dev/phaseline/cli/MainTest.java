package dev.phaseline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.cli.text.ExitStatus;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  @Test
  void withoutCommandTheHelpIsShown() {
    assertThat(run()).isZero();
    assertThat(out.toString()).contains("Usage: phaseline", "demo", "Exit status:", "Environment:");
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "worker",
        "scheduler",
        "topics",
        "audit",
        "dead",
        "workers",
        "timers",
        "transactions",
        "pause",
        "resume",
        "drain",
        "concurrency",
        "cancel",
        "control",
        "version"
      })
  void everyCommandHasHelpWorthReading(String command) {
    assertThat(run(command, "--help")).isZero();

    assertThat(out.toString())
        .contains("Usage: phaseline " + command)
        .contains("Example")
        .hasLineCount(out.toString().lines().toList().size())
        .satisfies(help -> assertThat(help.lines().count()).isGreaterThan(9));
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "show", "edit", "redrive", "discard", "undo"})
  void everyCommandAboutDeadLettersHasHelpWithExamples(String command) {
    assertThat(run("dead", command, "--help")).isZero();
    assertThat(out.toString())
        .contains("Usage: phaseline dead " + command)
        .contains("--json", "--demo", "phaseline dead " + command + " ");
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void unknownCommandIsAnsweredWithNearOnes() {
    assertThat(run("dmeo")).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString())
        .isEqualTo(
            "phaseline: unknown command 'dmeo'; did you mean demo?\nTry 'phaseline --help'.\n");
  }

  @Test
  void strangeCommandIsAnsweredWithAllThereAre() {
    assertThat(run("xyzzy")).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString())
        .contains("unknown command 'xyzzy'; there are: ")
        .contains("demo", "version")
        .doesNotContain("broker");
  }

  @Test
  void unknownOptionIsAnsweredWithNearOnes() {
    assertThat(run("demo", "--frsh")).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString())
        .startsWith("phaseline: unknown option '--frsh'; did you mean --fresh?")
        .hasLineCount(2);
  }

  @Test
  void valueThatIsNoNumberIsNamed() {
    assertThat(run("demo", "--limit", "many")).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString()).contains("--limit").contains("many");
    assertThat(err.toString().lines()).hasSize(2);
  }

  @Test
  void oneArgumentTooManyIsNamed() {
    assertThat(run("version", "please")).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString())
        .startsWith("phaseline: 'please' is one argument too many for phaseline version\n");
  }

  @Test
  void versionNamesWhatABugReportNeeds() {
    assertThat(run("version")).isZero();
    assertThat(out.toString())
        .containsPattern("(?m)^phaseline +[0-9]+\\.[0-9]+\\.[0-9]+$")
        .containsPattern("(?m)^kafka +4\\.")
        .containsPattern("(?m)^java +25");
  }
}
