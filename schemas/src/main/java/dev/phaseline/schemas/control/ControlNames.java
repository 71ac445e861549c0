package dev.phaseline.schemas.control;

import java.util.regex.Pattern;

/// Rule for names.
final class ControlNames {
  static final Pattern SERVER = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,47}");

  private ControlNames() {}

  static void name(String what, String name) {
    if (NAME.matcher(name).matches()) return;
    throw new IllegalArgumentException(
        what
            + " name '"
            + clip(name)
            + "' is not valid: use 1 to 48 of a-z, 0-9, '-' and '_', starting with a letter");
  }

  /// A text of somebody else's for a message: short, and without control or format characters,
  /// because messages reach terminals.
  static String clip(String text) {
    var cut = text.length() <= 60 ? text : text.substring(0, 60) + "...";
    return cut.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
  }
}
