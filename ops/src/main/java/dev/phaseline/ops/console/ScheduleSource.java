package dev.phaseline.ops.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.phaseline.ops.schedule.ScheduleChange;
import dev.phaseline.ops.schedule.ScheduleView;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.schedule.ScheduleRun;
import dev.phaseline.schemas.schedule.ScheduleSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Schedules, as the console uses them: of a cluster, or of a test. What the methods promise and
/// throw is said by [dev.phaseline.ops.schedule.ScheduleClient]. Thread-safe.
public interface ScheduleSource {
  /// All of them, by id.
  List<ScheduleView> list();

  /// The schedule of that id.
  ScheduleView require(String id);

  /// Schedules whose record can't be read, with the reason.
  Map<String, String> unreadable();

  /// Whether a scheduler runs.
  boolean isServed();

  /// The latest decisions about each schedule.
  Map<String, List<ScheduleRun>> latest(int each);

  /// Decisions about one schedule.
  List<ScheduleRun> history(String id, int limit);

  /// A definition, complete and checked.
  ScheduleSpec read(String id, ObjectNode definition);

  /// Makes a schedule, or gives it another definition.
  ScheduleChange put(String id, ScheduleSpec spec, Author author);

  /// Pauses a schedule.
  ScheduleChange pause(String id, Author author);

  /// Resumes a schedule.
  ScheduleChange resume(String id, Author author);

  /// Orders one run now.
  ScheduleChange trigger(String id, Author author);

  /// Orders the runs of a past range.
  ScheduleChange backfill(String id, Instant from, Instant until, int atOnce, Author author);

  /// Removes a schedule.
  ScheduleChange remove(String id, Author author);
}
