package dev.phaseline.systemtests.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The names of tests in `docs/tried-cases.md` and `docs/datasync.md`, against the tests that there
/// are: a list of proofs that names one which is gone proves nothing.
final class TriedCasesTest {
  private static final Pattern NAMED =
      Pattern.compile("\\b([A-Z]\\w*Test)\\b(?:\\.(\\w+))?|(?<=[\\s,;])\\.(\\w+)");
  private static final Path ROOT = root();

  private static Path root() {
    var here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("docs")) ? here : Objects.requireNonNull(here.getParent());
  }

  /// The sources of all test classes, by simple name; several modules may have one of a name.
  private static Map<String, List<String>> tests() throws IOException {
    var tests = new HashMap<String, List<String>>();
    try (var files = Files.walk(ROOT)) {
      var sources =
          files
              .filter(file -> file.toString().endsWith("Test.java"))
              .filter(file -> !file.toString().contains("/target/"))
              .toList();
      for (var file : sources) {
        var name = file.getFileName().toString().replace(".java", "");
        tests.computeIfAbsent(name, _ -> new ArrayList<>()).add(Files.readString(file));
      }
    }
    return tests;
  }

  @Test
  void everyTestThatThePagesNameIsThere() throws IOException {
    var tests = tests();
    for (var page : List.of("docs/tried-cases.md", "docs/datasync.md")) isComplete(page, tests);
  }

  private static void isComplete(String page, Map<String, List<String>> tests) throws IOException {
    var found = 0;
    var missing = new ArrayList<String>();
    for (var line : Files.readAllLines(ROOT.resolve(page))) {
      var cells = line.split("\\|", -1);
      if (!line.startsWith("| ") || cells.length < 4) continue;
      var latest = "";
      var named = NAMED.matcher(" " + cells[3]);
      while (named.find()) {
        if (named.group(1) != null) latest = named.group(1);
        var method = named.group(1) == null ? named.group(3) : named.group(2);
        var sources = tests.getOrDefault(latest, List.of());
        found++;
        var there =
            !sources.isEmpty()
                && (method == null
                    || sources.stream().anyMatch(source -> source.contains(" " + method + "(")));
        if (!there) missing.add(latest + "." + method);
      }
    }
    assertThat(missing).as(page).isEmpty();
    assertThat(found).as("tests that %s names", page).isGreaterThan(20);
  }
}
