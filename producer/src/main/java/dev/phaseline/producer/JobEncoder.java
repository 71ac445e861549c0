package dev.phaseline.producer;

/// Turns a payload into the bytes of a record. Must be thread-safe.
///
/// What it throws is the job's failure ([SubmitFailure.EncodingFailed]), except Kafka's
/// [org.apache.kafka.common.errors.RetriableException], which says that something it needs, such as
/// a schema registry, can't be reached ([SubmitFailure.RegistryDown]): the same job may succeed
/// later.
///
/// @param <T> the payload's type
@FunctionalInterface
public interface JobEncoder<T> {

  /// Encodes a payload that will be written to `topic`; never null.
  ///
  /// @throws Exception when it can't
  byte[] encode(String topic, T payload) throws Exception;
}
