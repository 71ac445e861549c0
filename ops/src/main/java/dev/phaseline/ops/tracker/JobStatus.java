package dev.phaseline.ops.tracker;

import dev.phaseline.ops.accounting.ItemCount;
import dev.phaseline.ops.accounting.WorkState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Status of one job. Immutable.
///
/// A job has ended when all items that were made for it have; that is counted, not guessed, and
/// does not depend on the order in which topics are read.
///
/// @param row what a list shows of it
/// @param key its ordering key as text, as far as it is text; null when it has none
/// @param deadline when it must have ended, if anyone said so
/// @param counts its items by phase and state; those that ended under the phase where they did
/// @param redrives how many redriven lives its items have begun
/// @param until when it goes on, while it is scheduled or its only open item is retrying
/// @param eta when it will probably have ended; null when it has, or nothing can be said
public record JobStatus(
    JobRow row,
    @Nullable String key,
    @Nullable Instant deadline,
    List<ItemCount> counts,
    int redrives,
    @Nullable Instant until,
    @Nullable Instant eta) {

  public JobStatus {
    counts = List.copyOf(counts);
  }

  /// Its id.
  public String id() {
    return row.id();
  }

  /// Its pipeline.
  public String pipeline() {
    return row.pipeline();
  }

  /// The state of the job.
  public WorkState state() {
    return row.state();
  }

  /// The submitter's tags.
  public Map<String, String> tags() {
    return row.tags();
  }

  /// Its ordering key, if it has one.
  public Optional<String> keyIfAny() {
    return Optional.ofNullable(key);
  }

  /// The time at which it must have ended, if one was given.
  public Optional<Instant> deadlineIfAny() {
    return Optional.ofNullable(deadline);
  }

  /// The time at which it goes on, if it waits for one.
  public Optional<Instant> untilIfAny() {
    return Optional.ofNullable(until);
  }

  /// The time at which it will probably have ended.
  public Optional<Instant> etaIfAny() {
    return Optional.ofNullable(eta);
  }
}
