package dev.phaseline.schemas.schedule;

import dev.phaseline.schemas.DurationText;
import java.time.Duration;

/// Definition of a schedule: its times, its policies and its job. If it exists, its values are in
/// range; whether its cron lines can be read, and ever fire, is known to who computes instants.
/// Immutable.
///
/// As JSON, which [ScheduleFormat] reads and writes, with what is at its default left out:
///
/// ```
/// {"cron":["0 2 * * MON-FRI"],"zone":"Europe/Berlin","exclude":["12-25"],
///  "overlap":"skip","catchUp":"last","catchUpWindow":"1d","jitter":"30s",
///  "from":"2026-01-01T00:00:00Z","until":"2027-01-01T00:00:00Z","runsMax":100,
///  "pauseAfterFailures":3,"note":"orders of the day before",
///  "pipeline":"cities","phase":"fetch","payload":"{\"day\":\"${nominal.date}\"}",
///  "key":"${schedule}","tags":{"team":"a"},"priority":4,"timeout":"10m"}
/// ```
///
/// Instead of `cron`, exactly one of: `"every":"1h","offset":"5m"`, or `"continuous":true` with
/// `pause`, `backOff`, `backOffMax` and `idleItems`. Instead of `payload`: `payloadBase64`.
///
/// @param timing when it runs
/// @param window from when until when, and how often
/// @param overlap for instants that come while a job runs
/// @param catchUp for instants that were missed
/// @param care jitter, failures, note
/// @param job what each run submits
public record ScheduleSpec(
    Timing timing,
    ScheduleWindow window,
    Overlap overlap,
    CatchUp catchUp,
    Care care,
    JobTemplate job) {
  private static final int NOTE_CHARS_MAX = 1_000;

  /// Smaller rules of a schedule.
  ///
  /// @param jitter each run starts later by a part of this, which is derived from the run's id and
  ///   so is the same at every attempt
  /// @param pauseAfterFailures after so many failed runs in a row it pauses itself; 0: never
  /// @param note for people
  public record Care(Duration jitter, int pauseAfterFailures, String note) {
    /// No jitter, no pause, no note.
    public static final Care NONE = new Care(Duration.ZERO, 0, "");

    public Care {
      ScheduleJson.bounded("pauseAfterFailures", pauseAfterFailures, 0, 1_000_000);
      if (note.length() > NOTE_CHARS_MAX) {
        throw new InvalidScheduleException(
            "note", "note has " + note.length() + " characters, at most 1,000 are allowed");
      }
    }
  }

  public ScheduleSpec {
    if (timing instanceof Timing.Interval interval
        && care.jitter().compareTo(interval.every()) > 0) {
      throw new InvalidScheduleException(
          "jitter",
          "jitter is "
              + DurationText.of(care.jitter())
              + ", more than every, "
              + DurationText.of(interval.every()));
    }
    if (timing instanceof Timing.Continuous && !overlap.equals(Overlap.DEFAULT)) {
      throw new InvalidScheduleException(
          "overlap", "overlap is not for continuous: its runs never overlap; leave it out");
    }
    if (timing instanceof Timing.Continuous && !catchUp.equals(CatchUp.DEFAULT)) {
      throw new InvalidScheduleException(
          "catchUp", "catchUp is not for continuous: it has no instants to miss; leave it out");
    }
  }
}
