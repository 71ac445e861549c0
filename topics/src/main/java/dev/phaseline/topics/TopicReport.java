package dev.phaseline.topics;

import java.util.List;
import java.util.stream.Collectors;

/// Result of checking or creating topics.
///
/// @param created topics that were missing and were made now
/// @param present topics that were there
/// @param problems what is wrong with those that were there or could not be made
public record TopicReport(List<String> created, List<String> present, List<Problem> problems) {

  /// Something that keeps the pipeline from running as it should.
  ///
  /// @param topic which topic
  /// @param message what is wrong and what to do, in one line that names the topic
  public record Problem(String topic, String message) {}

  public TopicReport {
    created = List.copyOf(created);
    present = List.copyOf(present);
    problems = List.copyOf(problems);
  }

  /// Whether everything is as wanted.
  public boolean ok() {
    return problems.isEmpty();
  }

  /// This report, when everything is as wanted.
  ///
  /// @throws ClusterException naming every problem and what to do
  public TopicReport orThrow() {
    if (ok()) return this;
    throw new ClusterException(
        problems.stream().map(Problem::message).collect(Collectors.joining("; ")));
  }
}
