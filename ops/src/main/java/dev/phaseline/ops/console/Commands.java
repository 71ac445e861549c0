package dev.phaseline.ops.console;

import dev.phaseline.ops.control.AuditPage;
import dev.phaseline.ops.control.Change;
import dev.phaseline.ops.control.OutboxView;
import dev.phaseline.ops.control.TimersView;
import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.schemas.control.UnreadableSetting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// Control commands and workers' states, as the console uses them: of a cluster, or of a test. What
/// the methods promise and throw is said by [dev.phaseline.ops.control.Control]. Thread-safe.
public interface Commands {
  /// Starts nothing more.
  Change pause(ControlScope scope, Author author);

  /// Starts nothing more, and leaves the group.
  Change drain(ControlScope scope, Author author);

  /// Works again.
  Change resume(ControlScope scope, Author author);

  /// So many handlers at once in each worker, or in one; 0 for what pipeline and server say.
  Change concurrency(ControlScope phase, int permits, Author author);

  /// Ends a job.
  Change cancel(ControlScope.OfJob job, Duration kept, Author author);

  /// Takes the end of a job back.
  Change uncancel(ControlScope.OfJob job, Author author);

  /// All settings that are not at their default.
  Map<ControlScope, ControlSetting> settings();

  /// Settings whose newest record can't be read.
  default List<UnreadableSetting> unreadable() {
    return List.of();
  }

  /// Commands that were given, the newest first.
  AuditPage audit(OptionalLong before, int limit);

  /// Whether anything fires timers, and what was refused.
  TimersView.State timers();

  /// The outboxes that have reported, by name.
  default List<OutboxView> outboxes() {
    return List.of();
  }

  /// The workers, by name.
  List<WorkerView> workers();

  /// Heartbeats that can't be read: the key of each and why.
  default List<String> unreadableWorkers() {
    return List.of();
  }
}
