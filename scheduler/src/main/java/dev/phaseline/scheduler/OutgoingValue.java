package dev.phaseline.scheduler;

import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/// The value of a record on its way out, with the topic that it goes to: Kafka Streams takes the
/// topic of a record from the record itself.
///
/// @param topic where to
/// @param value as it is written
@SuppressWarnings("ArrayRecordComponent") // never compared
record OutgoingValue(String topic, byte @Nullable [] value) {

  /// Leaves the value.
  static final class ValueSerializer implements Serializer<OutgoingValue> {
    @Override
    @SuppressWarnings("NullAway") // Kafka writes null for null, but its interface is not marked
    public byte[] serialize(String topic, OutgoingValue data) {
      return data.value();
    }
  }
}
