package dev.phaseline.jdbc;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Keys of rows where a phase's author gives them: a UUID derived from phase and text, as an
/// idempotency key is, so that every key fits its column.
final class EffectKeys {
  private EffectKeys() {}

  /// @throws IllegalArgumentException when the text is null or blank
  static String of(String phase, @Nullable String text) {
    if (text == null || text.isBlank()) {
      throw new IllegalArgumentException("the key of an item of " + phase + " is blank");
    }
    var name = (phase + '\n' + text).getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(name).toString();
  }
}
