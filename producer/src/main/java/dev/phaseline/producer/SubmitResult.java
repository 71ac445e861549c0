package dev.phaseline.producer;

/// Result of one submission of a batch.
public sealed interface SubmitResult {

  /// The job is in Kafka.
  ///
  /// @param receipt where
  record Accepted(JobReceipt receipt) implements SubmitResult {}

  /// The job is not in Kafka, or perhaps not: the failure says.
  ///
  /// @param exception which job, and why
  record Refused(SubmitException exception) implements SubmitResult {}
}
