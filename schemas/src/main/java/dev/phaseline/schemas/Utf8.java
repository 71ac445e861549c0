package dev.phaseline.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/// UTF-8 that is refused, not patched, where it can't be had: patched, two texts that differ become
/// one, with a `?` or U+FFFD where they differed, and an id or a key would mean another item's.
/// Thread-safe.
public final class Utf8 {
  private static final char PATCH = '\uFFFD';

  private Utf8() {}

  /// The text of these bytes; null when they are not UTF-8.
  public static @Nullable String decode(byte[] bytes) {
    var text = new String(bytes, UTF_8);
    if (text.indexOf(PATCH) < 0) return text;
    try { // it may be there in earnest
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException malformed) {
      return null;
    }
  }

  /// The place of half a character (a surrogate without its other half), which UTF-8 has no bytes
  /// for; -1 when there is none.
  public static int halfCharacter(String text) {
    var i = 0;
    while (i < text.length()) {
      var c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        i++;
        continue;
      }
      if (i + 1 == text.length() || !Character.isSurrogatePair(c, text.charAt(i + 1))) return i;
      i += 2;
    }
    return -1;
  }

  /// The bytes of a text.
  ///
  /// @param what what it is, for the message
  /// @throws IllegalArgumentException when it has half a character
  public static byte[] encode(String what, String text) {
    check(what, text);
    return text.getBytes(UTF_8);
  }

  /// Refuses a text that has half a character.
  ///
  /// @param what what it is, for the message
  /// @throws IllegalArgumentException saying where
  public static void check(String what, String text) {
    var at = halfCharacter(text);
    if (at >= 0) {
      throw new IllegalArgumentException(
          what + " has half a character (a lone surrogate) at " + at);
    }
  }
}
