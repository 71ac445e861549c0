package dev.phaseline.cli.text;

import java.time.Duration;

/// Ages in tables, in their largest unit: a column is narrow, and the rest would be noise.
/// Stateless.
public final class Ages {
  private Ages() {}

  /// Such as `59s`, `3m`, `7h` or `12d`; what lies in the future is `0s`.
  public static String of(Duration age) {
    var seconds = Math.max(0, age.toSeconds());
    if (seconds < 60) return seconds + "s";
    if (seconds < 3_600) return seconds / 60 + "m";
    if (seconds < 86_400) return seconds / 3_600 + "h";
    return seconds / 86_400 + "d";
  }
}
