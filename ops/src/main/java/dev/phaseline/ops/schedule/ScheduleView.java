package dev.phaseline.ops.schedule;

import dev.phaseline.schedules.NextInstants;
import dev.phaseline.schemas.schedule.InvalidScheduleException;
import dev.phaseline.schemas.schedule.ScheduleRecord;
import dev.phaseline.schemas.schedule.ScheduleSpec;
import dev.phaseline.schemas.schedule.ScheduleStatus;
import dev.phaseline.schemas.schedule.Timing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One schedule: its definition, and its state as the scheduler wrote it last. Immutable.
///
/// @param id the schedule's id
/// @param record its definition with orders and the latest change
/// @param status its state; null: no scheduler has written one
public record ScheduleView(String id, ScheduleRecord record, @Nullable ScheduleStatus status) {
  /// The definition.
  public ScheduleSpec spec() {
    var spec = record.spec();
    if (spec == null) throw new IllegalStateException("schedule " + id + " is removed");
    return spec;
  }

  /// Whether the scheduler has seen the latest change.
  public boolean isCurrent() {
    return status != null
        && status.generation() == record.generation()
        && status.revision() >= record.revision();
  }

  /// Whether it is held: by an operator, or by itself after failures.
  public boolean isHeld() {
    return record.run().paused() || state().equals("failed");
  }

  /// The state as a word: that of the definition where it is newer than what the scheduler wrote.
  public String state() {
    if (record.run().paused()) return "paused";
    var known = status;
    if (known == null || known.generation() != record.generation()) return "new";
    var isResumedSince =
        known.state() == ScheduleStatus.State.FAILED && record.run().resumed() > known.revision();
    if (isResumedSince || known.state() == ScheduleStatus.State.PAUSED) return "active";
    return known.state().text();
  }

  /// Whether its definition can't be used any more, in words; empty when it can.
  public Optional<String> invalid(Instant now) {
    try {
      NextInstants.check(spec(), now);
      return Optional.empty();
    } catch (InvalidScheduleException wrong) {
      return Optional.of(String.valueOf(wrong.getMessage()));
    }
  }

  /// The coming instants, within the definition's bounds; none of a continuous schedule, whose runs
  /// follow each other.
  ///
  /// @param count how many at most
  public List<Instant> next(Instant now, int count) {
    var spec = spec();
    var found = new ArrayList<Instant>();
    if (spec.timing() instanceof Timing.Continuous) return found;
    var window = spec.window();
    var from = window.from();
    var at = from == null || from.isBefore(now) ? now : from.minusMillis(1);
    for (var one : NextInstants.of(spec.timing()).after(at, count)) {
      if (window.until() != null && !one.isBefore(window.until())) break;
      found.add(one);
    }
    return found;
  }
}
