package dev.phaseline.core;

/// The form of outcomes as bytes, in the place of one phase: values are encoded as they are when
/// they leave it, by the codecs of the phases that they go to and for the topics of these phases.
/// For handlers that keep an outcome with what they did, to give the same one again.
///
/// Only outcomes that complete an item in its phase have such a form: [Outcome.Next], [Outcome.To],
/// [Outcome.FanOut] and [Outcome.Done]. Thread-safe.
public interface OutcomeCodec {

  /// The bytes of an outcome. What the phase would refuse is refused here: an unknown phase, a
  /// null, a value of the wrong type, a payload over the limit.
  ///
  /// @throws PayloadException when it can't be encoded, now or ever
  /// @throws DependencyDownException when a registry or the like can't be reached
  /// @throws IllegalArgumentException when the outcome completes nothing
  byte[] encode(Outcome<?> outcome);

  /// The outcome of bytes that [#encode] gave, in this process or another one.
  ///
  /// @throws PayloadException when they are of another version, or the codecs have changed since
  /// @throws DependencyDownException when a registry or the like can't be reached
  Outcome<?> decode(byte[] bytes);
}
