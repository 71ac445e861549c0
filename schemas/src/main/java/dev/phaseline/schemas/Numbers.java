package dev.phaseline.schemas;

/// Whole numbers from 0 as parts of names: digits alone, no sign. Thread-safe.
final class Numbers {
  private static final int DIGITS_MAX = 19; // of a long

  private Numbers() {}

  /// The number in this part of a text; -1 when it is none, or greater than `max`.
  static long read(String text, int from, int to, long max) {
    if (to <= from || to - from > DIGITS_MAX) return -1;
    for (var i = from; i < to; i++) if (text.charAt(i) < '0' || text.charAt(i) > '9') return -1;
    try {
      var number = Long.parseLong(text, from, to, 10);
      return number <= max ? number : -1;
    } catch (NumberFormatException tooLarge) {
      return -1;
    }
  }
}
