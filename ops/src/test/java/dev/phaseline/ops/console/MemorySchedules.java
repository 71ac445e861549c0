package dev.phaseline.ops.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.phaseline.ops.schedule.ScheduleChange;
import dev.phaseline.ops.schedule.ScheduleView;
import dev.phaseline.schedules.NextInstants;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.schedule.InvalidScheduleException;
import dev.phaseline.schemas.schedule.ScheduleFormat;
import dev.phaseline.schemas.schedule.ScheduleIds;
import dev.phaseline.schemas.schedule.ScheduleOrder;
import dev.phaseline.schemas.schedule.ScheduleRecord;
import dev.phaseline.schemas.schedule.ScheduleRun;
import dev.phaseline.schemas.schedule.ScheduleRun.Cause;
import dev.phaseline.schemas.schedule.ScheduleRun.Decision;
import dev.phaseline.schemas.schedule.ScheduleRun.Outcome;
import dev.phaseline.schemas.schedule.ScheduleRun.Why;
import dev.phaseline.schemas.schedule.ScheduleSpec;
import dev.phaseline.schemas.schedule.ScheduleStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// Four schedules in memory: one that is well, one that paused itself, one that is continuous and
/// one that an operator paused. Thread-safe.
final class MemorySchedules implements ScheduleSource {
  private final Map<String, ScheduleRecord> records = new TreeMap<>();
  private final Map<String, ScheduleStatus> statuses = new TreeMap<>();
  private final Map<String, List<ScheduleRun>> runs = new TreeMap<>();
  private final Instant now;

  MemorySchedules(Instant now) {
    this.now = now;
    add(
        "countries-nightly",
        "{\"cron\":[\"0 2 * * MON-FRI\"],\"zone\":\"Europe/Berlin\"",
        "active");
    add("countries-hourly", "{\"every\":\"1h\",\"offset\":\"5m\",\"timeout\":\"10m\"", "active");
    add(
        "feeds",
        "{\"continuous\":true,\"pause\":\"5s\",\"note\":\"as fast as possible\"",
        "active");
    add("reports", "{\"cron\":[\"*/20 6-20 * * *\"],\"pauseAfterFailures\":3", "failed");
    history();
  }

  private static ObjectNode json(String text) {
    try {
      return (ObjectNode) Http.JSON.readTree(text);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private void add(String id, String start, String state) {
    var text = start + ",\"pipeline\":\"cities\",\"phase\":\"fetch\",\"payload\":\"{}\"}";
    var change =
        new ScheduleRecord.Change("1", new Author("ann", "cli", ""), now.minusSeconds(9_000));
    var record = ScheduleRecord.made(1, ScheduleFormat.read(json(text)), change);
    records.put(id, record);
    var failed = state.equals("failed");
    var last =
        new ScheduleStatus.LastRun(
            now.minusSeconds(1_700),
            ScheduleIds.jobOf(id, 1, now.minusSeconds(1_700)),
            now.minusSeconds(1_700),
            failed ? Outcome.DEAD : Outcome.DONE,
            Duration.ofSeconds(41));
    statuses.put(
        id,
        new ScheduleStatus(
            1,
            1,
            failed ? ScheduleStatus.State.FAILED : ScheduleStatus.State.ACTIVE,
            new ScheduleStatus.Counts(212, failed ? 3 : 0, 0, 0),
            new ScheduleStatus.Now(null, List.of(), last, List.of(), now),
            null));
  }

  private void history() {
    for (var id : records.keySet()) {
      var all = new ArrayList<ScheduleRun>();
      for (var i = 1; i <= 16; i++) {
        var nominal = now.minusSeconds(1_800L * i);
        var job = ScheduleIds.jobOf(id, 1, nominal);
        Decision decision =
            i == 4
                ? new Decision.Skipped(Why.RUNNING, nominal, 1, job)
                : new Decision.Ended(
                    job,
                    id.equals("reports") && i < 4 ? Outcome.DEAD : Outcome.DONE,
                    Duration.ofSeconds(30 + i),
                    12);
        all.add(
            new ScheduleRun(id, 1, nominal, Cause.TIMING, decision, nominal.plusSeconds(30 + i)));
      }
      runs.put(id, all);
    }
  }

  @Override
  public synchronized List<ScheduleView> list() {
    return records.entrySet().stream()
        .filter(one -> !one.getValue().isRemoved())
        .map(one -> new ScheduleView(one.getKey(), one.getValue(), statuses.get(one.getKey())))
        .toList();
  }

  @Override
  public synchronized ScheduleView require(String id) {
    return list().stream()
        .filter(one -> one.id().equals(id))
        .findFirst()
        .orElseThrow(
            () -> Problem.missing("no-such-schedule", "there is no schedule '" + id + "'", "look"));
  }

  @Override
  public Map<String, String> unreadable() {
    return Map.of("of-tomorrow", "the record of a schedule is of version 2, this one reads 1 to 1");
  }

  @Override
  public boolean isServed() {
    return true;
  }

  @Override
  public Map<String, List<ScheduleRun>> latest(int each) {
    return runs;
  }

  @Override
  public List<ScheduleRun> history(String id, int limit) {
    return runs.getOrDefault(id, List.of()).stream().limit(limit).toList();
  }

  @Override
  public ScheduleSpec read(String id, ObjectNode definition) {
    ScheduleIds.check(id);
    var spec = ScheduleFormat.read(definition);
    if (!spec.job().pipeline().equals("cities")) {
      throw new InvalidScheduleException("pipeline", "there is no such pipeline; there is cities");
    }
    NextInstants.check(spec, now);
    return spec;
  }

  private synchronized ScheduleChange change(
      String id, BiFunction<@Nullable ScheduleRecord, ScheduleRecord.Change, ScheduleRecord> step) {
    var before = records.get(id);
    var by = new ScheduleRecord.Change("2", new Author("ann", "console", ""), now);
    var after = step.apply(before, by);
    records.put(id, after);
    return new ScheduleChange(id, before, after, null);
  }

  private static ScheduleRecord there(@Nullable ScheduleRecord record) {
    if (record == null) throw new IllegalStateException("no such schedule");
    return record;
  }

  @Override
  public ScheduleChange put(String id, ScheduleSpec spec, Author author) {
    return change(
        id,
        (before, by) ->
            before == null ? ScheduleRecord.made(1, spec, by) : before.withSpec(spec, by));
  }

  @Override
  public ScheduleChange pause(String id, Author author) {
    return change(id, (before, by) -> there(before).pausedBy(by));
  }

  @Override
  public ScheduleChange resume(String id, Author author) {
    return change(id, (before, by) -> there(before).resumedBy(by));
  }

  @Override
  public ScheduleChange trigger(String id, Author author) {
    var order = new ScheduleOrder.Trigger("4fc1a2", now);
    var done = change(id, (before, by) -> there(before).with(order, by));
    var job = ScheduleIds.jobOf(id, 1, "4fc1a2");
    return new ScheduleChange(id, done.before(), done.after(), job);
  }

  @Override
  public ScheduleChange backfill(
      String id, Instant from, Instant until, int atOnce, Author author) {
    var order = new ScheduleOrder.Backfill("4fc1a3", now, from, until, atOnce);
    return change(id, (before, by) -> there(before).with(order, by));
  }

  @Override
  public ScheduleChange remove(String id, Author author) {
    return change(id, (before, by) -> there(before).removedBy(by));
  }
}
