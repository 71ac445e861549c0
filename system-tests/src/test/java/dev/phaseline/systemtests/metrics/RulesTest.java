package dev.phaseline.systemtests.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The rules' own unit tests, run by the program that reads them in production.
final class RulesTest {
  private record Ran(int status, String output) {}

  private static Ran promtool(Path folder, String... arguments) throws Exception {
    var program = OpsFiles.program("promtool");
    assumeTrue(program.isPresent(), "promtool is not installed: apt-get install prometheus");
    var command = new ArrayList<String>();
    command.add(program.orElseThrow().toString());
    command.addAll(List.of(arguments));
    var process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Ran(process.waitFor(), output);
  }

  @Test
  void configurationAndRulesAreValid() throws Exception {
    var ran = promtool(OpsFiles.PROMETHEUS, "check", "config", "prometheus.yml");

    assertThat(ran.status()).as(ran.output()).isZero();
  }

  @Test
  void rulesPassTheirUnitTests() throws Exception {
    var ran = promtool(OpsFiles.PROMETHEUS, "test", "rules", "phaseline.rules.test.yml");

    assertThat(ran.status()).as(ran.output()).isZero();
  }

  /// A test that can't fail says nothing: without its threshold an alert must be caught.
  @Test
  void alertThatWasSpoiledFailsItsUnitTest(@TempDir Path folder) throws Exception {
    for (var file : List.of("phaseline.rules.yml", "phaseline.rules.test.yml")) {
      var text = Files.readString(OpsFiles.PROMETHEUS.resolve(file));
      Files.writeString(folder.resolve(file), text.replace("ratio5m > 0.01", "ratio5m > 0.5"));
    }

    var ran = promtool(folder, "test", "rules", "phaseline.rules.test.yml");

    assertThat(ran.status()).isNotZero();
    assertThat(ran.output()).contains("PhaselineDeadLettersRising");
  }

  @Test
  void everyAlertIsTestedAndExplained() throws Exception {
    var alerts = new TreeSet<String>();
    Pattern.compile("alert: (\\w+)")
        .matcher(OpsFiles.text("ops/prometheus/phaseline.rules.yml"))
        .results()
        .forEach(found -> alerts.add(found.group(1)));
    var tests = OpsFiles.text("ops/prometheus/phaseline.rules.test.yml");
    var page = OpsFiles.text("docs/metrics.md");

    assertThat(alerts).isNotEmpty();
    for (var alert : alerts) {
      assertThat(tests).contains("alertname: " + alert + "\n");
      assertThat(page).contains("| `" + alert + "` |");
    }
  }
}
