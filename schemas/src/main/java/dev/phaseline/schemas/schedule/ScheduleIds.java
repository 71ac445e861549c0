package dev.phaseline.schemas.schedule;

import dev.phaseline.schemas.Clipped;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/// Ids of schedules and of the jobs that they submit. A job's id is derived from its schedule, the
/// schedule's generation and the nominal instant, so that no second job can be made for an instant:
///
/// ```
/// nightly~1@2026-01-31T02:00:00Z             the run of that instant
/// nightly~1@2026-01-31T02:00:00Z+4fc1a2      of a backfill with the order id 4fc1a2
/// nightly~1+4fc1a2                           of a trigger with that order id
/// ```
///
/// Thread-safe.
public final class ScheduleIds {
  /// Longer ids are refused: a job's id is made of it.
  public static final int CHARS_MAX = 100;

  private static final Pattern ID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}");
  private static final Pattern ORDER = Pattern.compile("[a-zA-Z0-9-]{1,36}");
  private static final Pattern JOB =
      Pattern.compile("(" + ID.pattern() + ")~([1-9][0-9]{0,9})(?:@[0-9TZ:.+-]+)?(?:\\+[^+]+)?");

  private ScheduleIds() {}

  /// Refuses a text that can't be a schedule's id.
  ///
  /// @throws InvalidScheduleException saying what is wrong
  public static String check(String id) {
    if (ID.matcher(id).matches()) return id;
    throw new InvalidScheduleException(
        "id",
        "schedule id '"
            + Clipped.of(id)
            + "' is not valid: use 1 to 100 letters, digits, '.', '-' and '_', starting with a"
            + " letter or a digit");
  }

  static String checkOrder(String id) {
    if (ORDER.matcher(id).matches()) return id;
    throw new InvalidScheduleException(
        "orders",
        "order id '" + Clipped.of(id) + "' is not valid: use 1 to 36 letters, digits and '-'");
  }

  /// The job of a nominal instant.
  public static String jobOf(String schedule, long generation, Instant nominal) {
    return schedule + '~' + generation + '@' + nominal;
  }

  /// The job of a nominal instant that a backfill asks for.
  public static String jobOf(String schedule, long generation, Instant nominal, String order) {
    return jobOf(schedule, generation, nominal) + '+' + order;
  }

  /// The job that a trigger asks for.
  public static String jobOf(String schedule, long generation, String order) {
    return schedule + '~' + generation + '+' + order;
  }

  /// The schedule of a job, by the job's id; empty when the id has not the form of a schedule's
  /// job. A foreign job may have that form too: only the schedule itself knows its jobs.
  public static Optional<String> scheduleOf(String jobId) {
    if (jobId.indexOf('~') < 0) return Optional.empty();
    var parts = JOB.matcher(jobId);
    return parts.matches() ? Optional.of(parts.group(1)) : Optional.empty();
  }
}
