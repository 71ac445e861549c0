package dev.phaseline.schemas.reading;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/// Deserializer of keys and values as they are, up to a size. Larger ones are refused before they
/// are copied. Thread-safe.
public class BoundedBytes implements Deserializer<byte[]> {
  private final long bytesMax;

  /// One with a limit.
  ///
  /// @param bytesMax the most bytes
  public BoundedBytes(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  @Override
  public byte @Nullable [] deserialize(String topic, byte @Nullable [] bytes) {
    if (bytes != null) check(bytes.length);
    return bytes;
  }

  @Override
  @SuppressWarnings("NullAway") // Kafka's types are not marked: a record may have no value
  public byte @Nullable [] deserialize(String topic, Headers headers, @Nullable ByteBuffer bytes) {
    if (bytes == null) return null;
    check(bytes.remaining());
    return Utils.toNullableArray(bytes);
  }

  private void check(int size) {
    if (size > bytesMax) {
      throw new SerializationException(
          "it unpacks to %,d bytes, %,d are read at most".formatted(size, bytesMax));
    }
  }
}
