package dev.phaseline.codecs;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.PayloadException;
import dev.phaseline.schemas.registry.RegistryRefusedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/// Makes a codec of Kafka's serializer and deserializer, ours or anybody's. Thread-safe as far as
/// they are; Kafka's and ours are.
///
/// What they throw is told apart by Kafka's own rule: a `RetriableException` means that a registry
/// or the like can't be reached, everything else means that this payload will never do.
///
/// @param <T> the payload's type
public final class SerdeCodec<T> implements Codec<T> {
  private final Serializer<T> serializer;
  private final Deserializer<T> deserializer;

  private SerdeCodec(Serializer<T> serializer, Deserializer<T> deserializer) {
    this.serializer = serializer;
    this.deserializer = deserializer;
  }

  /// A codec over these two, which must be configured already.
  public static <T> SerdeCodec<T> of(Serializer<T> serializer, Deserializer<T> deserializer) {
    return new SerdeCodec<>(serializer, deserializer);
  }

  @Override
  public byte[] encode(String topic, T value) {
    try {
      var bytes = serializer.serialize(topic, value);
      if (bytes == null) throw new PayloadException("the serializer made nothing of it", null);
      return bytes;
    } catch (KafkaException failure) {
      throw judged(failure);
    }
  }

  @Override
  public T decode(String topic, byte[] bytes) {
    try {
      var value = deserializer.deserialize(topic, bytes);
      if (value == null) throw new PayloadException("the deserializer made nothing of it", null);
      return value;
    } catch (KafkaException failure) {
      throw judged(failure);
    }
  }

  private static RuntimeException judged(KafkaException failure) {
    return switch (failure) {
      case InterruptException interrupted -> interrupted;
      case RetriableException down -> new DependencyDownException(said(down), down);
      // a password that was changed must not make dead letters of a whole topic
      case RegistryRefusedException refused when refused.accessDenied() ->
          new DependencyDownException(said(refused), refused);
      default -> new PayloadException(said(failure), failure);
    };
  }

  private static String said(KafkaException e) {
    var message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
