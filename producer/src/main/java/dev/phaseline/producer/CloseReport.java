package dev.phaseline.producer;

import java.util.List;

/// Unfinished submissions of a client at its close.
///
/// @param jobIds the jobs that were not acknowledged in time; each may or may not be in Kafka
public record CloseReport(List<String> jobIds) {

  public CloseReport {
    jobIds = List.copyOf(jobIds);
  }

  /// Whether every job that was submitted was acknowledged or had failed before.
  public boolean complete() {
    return jobIds.isEmpty();
  }
}
