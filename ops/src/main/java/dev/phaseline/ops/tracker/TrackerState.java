package dev.phaseline.ops.tracker;

/// Lifecycle state of a tracker.
public sealed interface TrackerState {

  /// The tracker answers.
  ///
  /// @param behind records of the topics that it has yet to read; 0 or a few in quiet times. What
  ///   it says is true of what it has read
  record Ready(long behind) implements TrackerState {}

  /// The tracker reads its own store back, or partitions move between trackers: it does not answer,
  /// because it could only answer for a part.
  ///
  /// @param restored records that it has read back
  /// @param total records that there are; 0 when it is not known yet
  record Restoring(long restored, long total) implements TrackerState {
    /// From 0 to 1.
    public double progress() {
      return total <= 0 ? 0 : Math.min(1.0, (double) restored / total);
    }
  }

  /// The tracker has failed for good.
  ///
  /// @param reason one line with the remedy
  record Failed(String reason) implements TrackerState {}
}
