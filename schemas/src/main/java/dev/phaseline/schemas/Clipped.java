package dev.phaseline.schemas;

/// Short form of a foreign text for a message: at most 60 characters, without control or format
/// characters, because messages reach terminals. Thread-safe.
public final class Clipped {
  private static final int CHARS_MAX = 60;

  private Clipped() {}

  /// The text, cut, with `?` for each character that must not reach a terminal.
  public static String of(String text) {
    var cut = text.length() <= CHARS_MAX ? text : text.substring(0, CHARS_MAX) + "...";
    return cut.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
  }
}
