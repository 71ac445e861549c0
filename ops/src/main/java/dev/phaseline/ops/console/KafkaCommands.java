package dev.phaseline.ops.console;

import dev.phaseline.ops.control.AuditPage;
import dev.phaseline.ops.control.Change;
import dev.phaseline.ops.control.Control;
import dev.phaseline.ops.control.OutboxView;
import dev.phaseline.ops.control.OutboxesView;
import dev.phaseline.ops.control.TimersView;
import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.ops.control.WorkersView;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.schemas.control.UnreadableSetting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// The commands of a cluster. Thread-safe.
///
/// @param control gives them; closed with this
/// @param view lists the workers; closed with this
/// @param timersView looks at timers; closed with this
/// @param outboxesView lists the outboxes; closed with this
public record KafkaCommands(
    Control control, WorkersView view, TimersView timersView, OutboxesView outboxesView)
    implements Commands, AutoCloseable {

  /// Opens them.
  ///
  /// @param kafka client properties
  public static KafkaCommands open(Map<String, ?> kafka, TopicNames names) {
    return new KafkaCommands(
        Control.open(kafka, names),
        WorkersView.open(kafka, names),
        TimersView.open(kafka, names),
        OutboxesView.open(kafka, names));
  }

  @Override
  public Change pause(ControlScope scope, Author author) {
    return control.pause(scope, author);
  }

  @Override
  public Change drain(ControlScope scope, Author author) {
    return control.drain(scope, author);
  }

  @Override
  public Change resume(ControlScope scope, Author author) {
    return control.resume(scope, author);
  }

  @Override
  public Change concurrency(ControlScope phase, int permits, Author author) {
    return control.concurrency(phase, permits, author);
  }

  @Override
  public Change cancel(ControlScope.OfJob job, Duration kept, Author author) {
    return control.cancel(job, kept, author);
  }

  @Override
  public Change uncancel(ControlScope.OfJob job, Author author) {
    return control.uncancel(job, author);
  }

  @Override
  public Map<ControlScope, ControlSetting> settings() {
    return control.settings();
  }

  @Override
  public List<UnreadableSetting> unreadable() {
    return control.unreadable();
  }

  @Override
  public AuditPage audit(OptionalLong before, int limit) {
    return control.audit(before, limit);
  }

  @Override
  public TimersView.State timers() {
    return timersView.look();
  }

  @Override
  public List<OutboxView> outboxes() {
    return outboxesView.list();
  }

  @Override
  public List<WorkerView> workers() {
    return view.list();
  }

  @Override
  public List<String> unreadableWorkers() {
    return view.unreadable();
  }

  @Override
  public void close() {
    control.close();
    view.close();
    timersView.close();
    outboxesView.close();
  }
}
