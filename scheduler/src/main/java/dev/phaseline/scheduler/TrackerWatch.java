package dev.phaseline.scheduler;

/// Check whether a tracker runs, which tells the ends of jobs. Thread-safe.
interface TrackerWatch {
  /// State of trackers.
  enum State {
    /// At least one runs.
    RUNS,
    /// None runs.
    MISSING,
    /// Not known: brokers don't tell.
    UNKNOWN
  }

  /// The latest answer; asks anew when it is some seconds old. Never waits.
  State look();
}
