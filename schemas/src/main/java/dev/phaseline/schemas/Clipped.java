package dev.phaseline.schemas;

/// Short form of a foreign text for a message: at most 60 characters unless told otherwise, without
/// control or format characters, because messages reach terminals. Thread-safe.
public final class Clipped {
  private static final int CHARS_MAX = 60;

  private Clipped() {}

  /// The text, cut, with `?` for each character that must not reach a terminal.
  public static String of(String text) {
    return of(text, CHARS_MAX);
  }

  /// The text, cut to so many characters, with `?` as in [#of(String)].
  public static String of(String text, int charsMax) {
    var cut = text.length() <= charsMax ? text : text.substring(0, charsMax) + "...";
    return cut.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
  }
}
