package dev.phaseline.schemas.schedule;

import static dev.phaseline.schemas.schedule.ScheduleJson.bounded;

/// Policy for an instant that comes while jobs of earlier instants run.
///
/// @param kind the policy
/// @param max how many jobs at once (`allow`), or how many instants wait (`buffer-all`); otherwise
///   1
public record Overlap(Kind kind, int max) {
  /// More running jobs, or waiting instants, than that are refused.
  public static final int MAX = 1_000;

  /// The default: an instant is skipped while a job runs.
  public static final Overlap DEFAULT = new Overlap(Kind.SKIP, 1);

  /// Kind of policy.
  public enum Kind implements Worded {
    /// Leave the instant out.
    SKIP,
    /// One instant waits until the job has ended; a later one is left out.
    BUFFER_ONE,
    /// Up to `max` instants wait, and run one after the other.
    BUFFER_ALL,
    /// Up to `max` jobs run at once.
    ALLOW,
    /// Cancel the running job; the instant waits until it has ended.
    CANCEL,
    /// Cancel the running job, and start the next without waiting for its end.
    TERMINATE
  }

  public Overlap {
    bounded("overlapMax", max, 1, MAX);
    var many = kind == Kind.ALLOW || kind == Kind.BUFFER_ALL;
    if (!many && max != 1) {
      throw new InvalidScheduleException(
          "overlapMax",
          "overlapMax is "
              + max
              + ", but overlap is "
              + kind.text()
              + "; it is for allow and buffer-all");
    }
  }
}
