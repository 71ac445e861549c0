package dev.phaseline.schemas.control;

import dev.phaseline.schemas.TopicNames;
import java.util.regex.Pattern;

/// Checks of the names in control records. Those of pipelines and phases follow [TopicNames].
final class ControlNames {
  static final Pattern SERVER = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}");

  private ControlNames() {}

  static void name(String what, String name) {
    if (TopicNames.isName(name)) return;
    throw new IllegalArgumentException(
        what + " name '" + clip(name) + "' is not valid: " + TopicNames.NAME_RULE);
  }

  /// A text of somebody else's for a message: short, and without control or format characters,
  /// because messages reach terminals.
  static String clip(String text) {
    var cut = text.length() <= 60 ? text : text.substring(0, 60) + "...";
    return cut.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
  }
}
