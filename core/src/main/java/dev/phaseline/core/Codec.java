package dev.phaseline.core;

import java.nio.charset.StandardCharsets;

/// Turns payloads into bytes and back. Thread-safe.
///
/// Two failures are told apart, because they end differently: [PayloadException] is the item's
/// failure (dead letter, bytes untouched), [DependencyDownException] is nobody's (the phase waits
/// and tries again, no attempt is spent).
///
/// @param <T> the payload's type
public non-sealed interface Codec<T> extends Encoder<T>, Decoder<T>, AnyPayload<Object> {

  /// The form of its bytes, for tools that make payloads of JSON.
  default PayloadForm form() {
    return new PayloadForm.Undeclared();
  }

  /// The payload is the bytes.
  static Codec<byte[]> bytes() {
    return new Codec<>() {
      @Override
      public PayloadForm form() {
        return new PayloadForm.Bytes();
      }

      @Override
      public byte[] encode(String topic, byte[] value) {
        return value;
      }

      @Override
      public byte[] decode(String topic, byte[] bytes) {
        return bytes;
      }
    };
  }

  /// The payload is text in UTF-8. What is not UTF-8 is refused, not patched, in both directions:
  /// bytes that are none, and text with half a character (a lone surrogate), which has no bytes.
  static Codec<String> text() {
    return new Codec<>() {
      @Override
      public PayloadForm form() {
        return new PayloadForm.Text();
      }

      @Override
      public byte[] encode(String topic, String value) {
        var i = 0;
        while (i < value.length()) {
          var c = value.charAt(i);
          if (!Character.isSurrogate(c)) {
            i++;
            continue;
          }
          if (i + 1 == value.length() || !Character.isSurrogatePair(c, value.charAt(i + 1))) {
            throw new PayloadException("text has half a character at " + i, null);
          }
          i += 2;
        }
        return value.getBytes(StandardCharsets.UTF_8);
      }

      @Override
      public String decode(String topic, byte[] bytes) {
        try {
          return StandardCharsets.UTF_8
              .newDecoder()
              .decode(java.nio.ByteBuffer.wrap(bytes))
              .toString();
        } catch (java.nio.charset.CharacterCodingException notUtf8) {
          throw new PayloadException("payload is not UTF-8 text", notUtf8);
        }
      }
    };
  }
}
