package dev.phaseline.ops.tracker;

import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/// Deserializer that copies no payloads: of a record of the work, the tracker looks at key and
/// headers, and at whether there is a value. Only its own topics have values for it. Thread-safe.
///
/// @param application the id of the trackers' application, with which the names of its topics begin
record SparedValues(String application) implements Deserializer<byte[]> {
  private static final byte[] SOME = {};

  @Override
  public byte @Nullable [] deserialize(String topic, byte @Nullable [] value) {
    return value == null || isOwn(topic) ? value : SOME;
  }

  @Override
  @SuppressWarnings("NullAway") // Kafka's types are not marked: a record may have no value
  public byte @Nullable [] deserialize(String topic, Headers headers, @Nullable ByteBuffer value) {
    if (value == null) return null;
    return isOwn(topic) ? Utils.toNullableArray(value) : SOME;
  }

  private boolean isOwn(String topic) {
    return topic.startsWith(application + '-');
  }
}
