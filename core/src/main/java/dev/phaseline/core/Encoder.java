package dev.phaseline.core;

/// The writing half of a [Codec], apart from the other half because a phase may be given any codec
/// that can encode a supertype of its predecessor's output, and [Pipeline.Builder] checks that
/// here. Thread-safe.
///
/// @param <T> the values' type
public sealed interface Encoder<T> permits Codec {

  /// Encodes a value that will be written to `topic`.
  ///
  /// @throws PayloadException when the value can't be encoded, now or ever
  /// @throws DependencyDownException when a registry or the like can't be reached
  byte[] encode(String topic, T value);
}
