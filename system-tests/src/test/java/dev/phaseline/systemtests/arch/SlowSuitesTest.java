package dev.phaseline.systemtests.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The place where each slow suite runs: a module's own tests leave suites with the tags `broker`,
/// `browser` and `long` out, so one of a module that broker-tests does not have would never run.
final class SlowSuitesTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern SLOW = Pattern.compile("@Tag\\(\"(broker|browser|long)\"\\)");

  /// Modules that have slow suites and run none of them in `broker-tests`.
  private static List<String> modulesWithSuitesThatRunNowhere() throws IOException {
    try (var modules = Files.list(ROOT)) {
      return modules
          .filter(module -> Files.isDirectory(module.resolve("src/test/java")))
          .map(module -> module.getFileName().toString())
          .filter(name -> !Files.exists(ROOT.resolve("broker-tests").resolve(name)))
          .filter(SlowSuitesTest::hasSlowSuites)
          .sorted()
          .toList();
    }
  }

  private static boolean hasSlowSuites(String module) {
    try (var sources = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
      return sources
          .filter(source -> source.toString().endsWith(".java"))
          .anyMatch(source -> SLOW.matcher(text(source)).find());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static String text(Path source) {
    try {
      return Files.readString(source);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  @Test
  void bothPlacesRunThem() {
    for (var place : List.of("broker-tests", "system-tests")) {
      assertThat(text(ROOT.resolve(place).resolve("pom.xml")))
          .as(place)
          .contains("<test.slow.phase>integration-test</test.slow.phase>");
    }
  }

  @Test
  void systemTestsAreTheOnlyOnesThatRunTheirOwn() throws IOException {
    assertThat(modulesWithSuitesThatRunNowhere()).containsExactly("system-tests");
  }
}
