package dev.phaseline.core.run;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DeadKind;
import dev.phaseline.core.PhaseOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Bytes of the values that leave a phase, checked against its limits. Immutable.
///
/// @param routes where they can go
/// @param limits the phase's
record Payloads(Routes routes, PhaseOptions.Limits limits) {

  @SuppressWarnings("unchecked") // a value of another type fails in the codec, which is told there
  static <T> T typed(Target<T> to, @Nullable Object value) {
    if (value != null) return (T) value;
    throw new ItemFault(DeadKind.BAD_OUTCOME, to.value() + " is null");
  }

  /// The payload of a value for a phase.
  <T> byte[] of(Target<T> to, T value) {
    var topic = to.topic();
    var bytes = Values.encoded(to.value(), () -> to.phase().input().encode(topic, value));
    checkSize(topic, bytes);
    return bytes;
  }

  /// The key of a value for a phase: its own where the phase takes one from the payload.
  static <T> byte @Nullable [] key(Target<T> to, T value, byte @Nullable [] otherwise) {
    var keyBy = to.phase().keyBy();
    if (keyBy == null) return otherwise;
    return Values.keyOf(DeadKind.BAD_OUTCOME, to.value(), keyBy, value);
  }

  /// The bytes of a job's result; null for none.
  @SuppressWarnings("unchecked") // a result of another type is the handler's fault, told below
  byte @Nullable [] ofResult(@Nullable Object result) {
    if (result == null) return null;
    var topic = routes.doneTopic();
    var codec = (Codec<Object>) routes.resultCodec();
    var bytes = Values.encoded("the result", () -> codec.encode(topic, result));
    checkSize(topic, bytes);
    return bytes;
  }

  /// Refuses a fan-out with more children than the phase allows.
  void checkChildren(List<? extends Object> values) {
    if (values.size() <= limits.fanOutMax()) return;
    throw new ItemFault(
        DeadKind.TOO_BIG,
        "fan-out has " + values.size() + " children, the limit is " + limits.fanOutMax());
  }

  /// Refuses children that have more bytes together than the phase allows.
  void checkChildren(long bytes) {
    if (bytes <= limits.fanOutBytesMax()) return;
    throw new ItemFault(
        DeadKind.TOO_BIG,
        "fan-out has more than " + limits.fanOutBytesMax() + " bytes, which is the limit");
  }

  private void checkSize(String topic, byte[] payload) {
    if (payload.length <= limits.payloadBytesMax()) return;
    throw new ItemFault(
        DeadKind.TOO_BIG,
        "output for "
            + topic
            + " has "
            + payload.length
            + " bytes, the limit is "
            + limits.payloadBytesMax());
  }
}
