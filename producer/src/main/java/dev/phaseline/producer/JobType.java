package dev.phaseline.producer;

import dev.phaseline.schemas.TopicNames;
import dev.phaseline.schemas.Utf8;
import org.apache.kafka.common.serialization.Serializer;

/// Entry of a pipeline: the phase where its jobs start, and the encoder of their payloads.
/// Immutable; as thread-safe as its encoder.
///
/// @param pipeline the pipeline's name
/// @param phase the phase that starts the job, as a rule the pipeline's first
/// @param encoder how the phase wants its payloads
/// @param <T> the payload's type
public record JobType<T>(String pipeline, String phase, JobEncoder<T> encoder) {

  public JobType {
    TopicNames.DEFAULT.phase(pipeline, phase); // refuses names that no topic can have
  }

  /// Jobs encoded by a configured Kafka serializer, which must be thread-safe, as Kafka's own are.
  public static <T> JobType<T> of(String pipeline, String phase, Serializer<T> serializer) {
    return new JobType<>(pipeline, phase, serializer::serialize);
  }

  /// Jobs whose payload is text in UTF-8; half a character in it is refused, not patched.
  public static JobType<String> text(String pipeline, String phase) {
    return new JobType<>(pipeline, phase, (topic, text) -> Utf8.encode("text", text));
  }

  /// Jobs whose payload is bytes.
  public static JobType<byte[]> bytes(String pipeline, String phase) {
    return new JobType<>(pipeline, phase, (topic, bytes) -> bytes);
  }
}
