package dev.phaseline.schemas.control;

import dev.phaseline.schemas.Clipped;
import dev.phaseline.schemas.TopicNames;

/// Checks of the names in control records. Those of pipelines and phases follow [TopicNames].
final class ControlNames {
  private ControlNames() {}

  static void name(String what, String name) {
    if (TopicNames.isName(name)) return;
    throw new IllegalArgumentException(
        what + " name '" + clip(name) + "' is not valid: " + TopicNames.NAME_RULE);
  }

  /// As [Clipped#of].
  static String clip(String text) {
    return Clipped.of(text);
  }
}
