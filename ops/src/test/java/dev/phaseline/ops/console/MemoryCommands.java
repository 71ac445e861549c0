package dev.phaseline.ops.console;

import dev.phaseline.ops.control.AuditLine;
import dev.phaseline.ops.control.AuditPage;
import dev.phaseline.ops.control.Change;
import dev.phaseline.ops.control.TimersView;
import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.schemas.control.AuditEntry;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.schemas.control.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Commands that are only remembered. Thread-safe.
final class MemoryCommands implements Commands {
  private final Map<ControlScope, ControlSetting> settings = new HashMap<>();
  private final List<AuditLine> lines = new ArrayList<>();
  private List<WorkerView> workers = List.of();
  private TimersView.State timers = TimersView.State.WELL;
  private @Nullable RuntimeException broken;

  synchronized void workers(List<WorkerView> now) {
    workers = List.copyOf(now);
  }

  /// From now on everything fails like this; null: no longer.
  synchronized void fail(@Nullable RuntimeException how) {
    broken = how;
  }

  private void check() {
    if (broken != null) throw broken;
  }

  @Override
  public Change pause(ControlScope scope, Author author) {
    return set(AuditEntry.Verb.PAUSE, scope, author, RunState.PAUSED, -1, null);
  }

  @Override
  public Change drain(ControlScope scope, Author author) {
    return set(AuditEntry.Verb.DRAIN, scope, author, RunState.DRAINED, -1, null);
  }

  @Override
  public Change resume(ControlScope scope, Author author) {
    return set(AuditEntry.Verb.RESUME, scope, author, RunState.RUNNING, -1, null);
  }

  @Override
  public Change concurrency(ControlScope phase, int permits, Author author) {
    return set(AuditEntry.Verb.CONCURRENCY, phase, author, null, permits, null);
  }

  @Override
  public Change cancel(ControlScope.OfJob job, Duration kept, Author author) {
    return set(AuditEntry.Verb.CANCEL, job, author, null, -1, Instant.now().plus(kept));
  }

  @Override
  public synchronized Change uncancel(ControlScope.OfJob job, Author author) {
    check();
    var before = settings.getOrDefault(job, ControlSetting.NONE);
    settings.remove(job);
    return new Change(job, before, ControlSetting.NONE, UUID.randomUUID().toString());
  }

  private synchronized Change set(
      AuditEntry.Verb verb,
      ControlScope scope,
      Author author,
      @Nullable RunState run,
      int permits,
      @Nullable Instant until) {
    check();
    var before = settings.getOrDefault(scope, ControlSetting.NONE);
    var operation = UUID.randomUUID().toString();
    var after =
        new ControlSetting(
            run == null ? before.run() : run,
            permits < 0 ? before.permits() : permits,
            until == null ? before.cancelledUntil() : until,
            before.revision() + 1,
            operation,
            author,
            Instant.now());
    settings.put(scope, after);
    lines.add(
        new AuditLine(
            lines.size(),
            new AuditEntry(verb, scope, before, after, operation, author, Instant.now())));
    return new Change(scope, before, after, operation);
  }

  @Override
  public synchronized Map<ControlScope, ControlSetting> settings() {
    check();
    var all = new HashMap<>(settings);
    all.values().removeIf(ControlSetting::isDefault);
    return all;
  }

  @Override
  public synchronized AuditPage audit(OptionalLong before, int limit) {
    check();
    var end = Math.min(lines.size(), before.orElse(lines.size()));
    var from = Math.max(0, end - limit);
    return new AuditPage(
        lines.subList((int) from, (int) end).reversed(),
        from > 0 ? OptionalLong.of(from) : OptionalLong.empty());
  }

  synchronized void timers(TimersView.State now) {
    timers = now;
  }

  @Override
  public synchronized TimersView.State timers() {
    check();
    return timers;
  }

  @Override
  public synchronized List<WorkerView> workers() {
    check();
    return workers;
  }
}
