package dev.phaseline.cli.text;

import dev.phaseline.cli.progress.Escapes;
import java.util.Arrays;
import java.util.List;

/// Makes text of anybody's safe to show: what moves the cursor, changes colours, turns the
/// direction of writing or can't be seen at all is shown as its code. Pure.
public final class Printable {
  private Printable() {}

  /// On one line.
  public static String line(String text) {
    return Escapes.line(text);
  }

  /// Each of its lines.
  public static List<String> lines(String text) {
    var body = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    return Arrays.stream(body.split("\n", -1)).map(Escapes::line).toList();
  }

  /// The first line, cut to this many characters.
  public static String cut(String text, int columns) {
    var line = line(text.split("\n", 2)[0]);
    if (columns < 1) return "";
    if (line.codePointCount(0, line.length()) <= columns) return line;
    return line.substring(0, line.offsetByCodePoints(0, columns - 1)) + '\u2026';
  }
}
