package dev.phaseline.producer;

import dev.phaseline.schemas.ItemVersion;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.schemas.Utf8;
import org.apache.kafka.common.serialization.Serializer;

/// Entry of a pipeline: the phase where its jobs start, and the encoder of their payloads.
/// Immutable; as thread-safe as its encoder.
///
/// @param pipeline the pipeline's name
/// @param phase the phase that starts the job, as a rule the pipeline's first
/// @param encoder how the phase wants its payloads
/// @param version the version of the pipeline that the payloads are for, under which all items of
///   the jobs are handled; 0: the newest that the worker has which handles a job first
/// @param <T> the payload's type
public record JobType<T>(String pipeline, String phase, JobEncoder<T> encoder, int version) {

  /// @throws IllegalArgumentException when a name is not valid, or the version is not in
  ///   0..1,000,000
  public JobType {
    TopicNames.DEFAULT.phase(pipeline, phase); // refuses names that no topic can have
    if (version != ItemVersion.UNNAMED) ItemVersion.check(version);
  }

  /// Jobs of no certain version.
  public JobType(String pipeline, String phase, JobEncoder<T> encoder) {
    this(pipeline, phase, encoder, ItemVersion.UNNAMED);
  }

  /// This under a version of the pipeline.
  ///
  /// @throws IllegalArgumentException when it is not in 1..1,000,000
  public JobType<T> withVersion(int number) {
    ItemVersion.check(number);
    return new JobType<>(pipeline, phase, encoder, number);
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
