package dev.phaseline.cli;

/// Makes text of anybody's safe to show: what moves the cursor, changes colours, turns the
/// direction of writing or can't be seen at all is shown as its code. Pure.
final class Printable {
  private Printable() {}

  /// On one line.
  static String line(String text) {
    return escaped(text, false);
  }

  /// With its lines.
  static String lines(String text) {
    return escaped(text, true);
  }

  /// The first line, cut to this many characters.
  static String cut(String text, int columns) {
    var line = line(text.lines().findFirst().orElse(""));
    if (columns < 1) return "";
    if (line.codePointCount(0, line.length()) <= columns) return line;
    return line.substring(0, line.offsetByCodePoints(0, columns - 1)) + '\u2026';
  }

  private static String escaped(String text, boolean keepLines) {
    var out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            character -> {
              if (character == '\n' && keepLines) out.append('\n');
              else if (isSafe(character)) out.appendCodePoint(character);
              else out.append(code(character));
            });
    return out.toString();
  }

  private static boolean isSafe(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private static String code(int character) {
    return switch (character) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default ->
          character <= 0xffff ? "\\u%04x".formatted(character) : "\\u{%x}".formatted(character);
    };
  }
}
