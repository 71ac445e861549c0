package dev.phaseline.schemas.schedule;

import java.util.Locale;

/// Constant that records and people write in lower case, with `-` between words.
public interface Worded {
  /// Name of the constant in Java.
  String name();

  /// As records and people have it.
  default String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
