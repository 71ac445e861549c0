package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The outcome contract's table: the end of each item of [OutcomeCases], the attempts that its
/// handlers were told of, and the failed attempts that its dead letter lists. Worker and test kit
/// must both fill it in like this. Topics are those of the namespace `test`.
final class OutcomeTable {
  private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z");
  private static final Pattern LOADERS = Pattern.compile(" \\([^()]* (is|are) in [^()]*\\)");
  private static final String SEPARATOR = " | ";

  private final Map<String, String> rows = new TreeMap<>();

  /// The expected one.
  static OutcomeTable expected() {
    return expected("outcome-contract.txt");
  }

  /// The expected one of another contract.
  static OutcomeTable expected(String resource) {
    var table = new OutcomeTable();
    try (var in = OutcomeTable.class.getResourceAsStream('/' + resource)) {
      if (in == null) return table;
      for (var line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
        if (line.isBlank() || line.startsWith("#")) continue;
        table.rows.put(line.substring(0, line.indexOf(SEPARATOR)), line);
      }
      return table;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// An item that ended well.
  void done(String item, String result, String runs) {
    put(item, "done: " + result, runs, List.of());
  }

  /// An item whose work was undone.
  ///
  /// @param cause the phase that asked for it and its reason
  void compensated(String item, String cause, String runs) {
    put(item, "compensated: " + cause, runs, List.of());
  }

  /// A dead letter.
  ///
  /// @param attempt the attempt that it names
  /// @param history its failed attempts, each as `attempt 1: words`
  void dead(
      String item, String kind, String reason, int attempt, String runs, List<String> history) {
    put(item, kind + " at attempt " + attempt + ": " + reason, runs, history);
  }

  private void put(String item, String end, String runs, List<String> history) {
    var row = String.join(SEPARATOR, item, end, runs, String.join("; ", history));
    var timeless = TIME.matcher(row.strip()).replaceAll("<time>");
    var plain = LOADERS.matcher(timeless).replaceAll("");
    var before = rows.put(item, plain);
    if (before != null) throw new AssertionError("two ends: " + before + "; " + plain);
  }

  int size() {
    return rows.size();
  }

  /// Compares it with the expected one. What it is stands in `target/` afterwards, for whoever
  /// means to change the expected one.
  void check(String file) throws IOException {
    check(file, expected());
  }

  /// Compares it with the expected one of another contract.
  void check(String file, OutcomeTable expected) throws IOException {
    Files.writeString(Path.of("target", file), String.join("\n", rows.values()) + "\n");
    assertThat(rows).isEqualTo(expected.rows);
  }
}
