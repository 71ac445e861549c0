package dev.phaseline.cli.progress;

/// Escape codes for characters that a terminal would obey or hide: controls (ESC and C1 among
/// them), bidirectional and other format characters, halves of characters, and what has no shape of
/// its own. Codes are those of JSON, so an escaped line of JSON means what it meant. Pure.
public final class Escapes {
  private Escapes() {}

  /// Text on one line in which every such character is its code.
  public static String line(String text) {
    for (var at = 0; at < text.length(); at++) {
      if (!isPlain(text.charAt(at))) return escaped(text, "");
    }
    return text;
  }

  /// The same, but for these characters, which stay.
  static String escaped(String text, String kept) {
    var out = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            character -> {
              if (kept.indexOf(character) >= 0 || isSafe(character)) out.appendCodePoint(character);
              else code(out, character);
            });
    return out.toString();
  }

  private static boolean isPlain(char character) {
    return character >= ' ' && character < 0x7f;
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

  private static void code(StringBuilder out, int character) {
    switch (character) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        for (var half : Character.toChars(character)) {
          out.append("\\u%04x".formatted((int) half));
        }
      }
    }
  }
}
