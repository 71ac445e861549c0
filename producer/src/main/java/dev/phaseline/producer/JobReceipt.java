package dev.phaseline.producer;

/// A job is in Kafka: acknowledged by all replicas that must have it. In a caller's transaction it
/// is there only if that commits.
///
/// @param jobId the job's id, given or derived
/// @param topic the input of the job's first phase; of a job for later, the timers
/// @param partition where in the topic
/// @param offset where in the partition
public record JobReceipt(String jobId, String topic, int partition, long offset) {}
