package dev.phaseline.producer;

import java.util.List;

/// Result of a batch, job by job, in the order in which they were given.
///
/// @param results one for each request
public record BatchResult(List<SubmitResult> results) {

  public BatchResult {
    results = List.copyOf(results);
  }

  /// Whether every job is in Kafka.
  public boolean complete() {
    return refused().isEmpty();
  }

  /// The receipts of those that are in Kafka.
  public List<JobReceipt> accepted() {
    return results.stream()
        .filter(SubmitResult.Accepted.class::isInstance)
        .map(result -> ((SubmitResult.Accepted) result).receipt())
        .toList();
  }

  /// Failures of the others.
  public List<SubmitException> refused() {
    return results.stream()
        .filter(SubmitResult.Refused.class::isInstance)
        .map(result -> ((SubmitResult.Refused) result).exception())
        .toList();
  }
}
