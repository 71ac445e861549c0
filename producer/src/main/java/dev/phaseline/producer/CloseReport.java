package dev.phaseline.producer;

import java.util.List;

/// What a client left undone when it was closed.
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
