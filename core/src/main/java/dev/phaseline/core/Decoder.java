package dev.phaseline.core;

/// The reading half of a [Codec], which gives a phase's handler its input. Thread-safe.
///
/// @param <T> the payload's type
public sealed interface Decoder<T> permits Codec {

  /// Decodes bytes that were read from `topic`. The array is not kept and not changed.
  ///
  /// @throws PayloadException when the bytes are not a payload of this kind
  /// @throws DependencyDownException when a registry or the like can't be reached
  T decode(String topic, byte[] bytes);
}
