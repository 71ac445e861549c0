package dev.phaseline.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.scheduler.ScheduleBook.Trouble;
import dev.phaseline.scheduler.policy.Effect;
import dev.phaseline.scheduler.policy.SchedulePlan;
import dev.phaseline.scheduler.policy.ScheduleRules;
import dev.phaseline.scheduler.policy.ScheduleState;
import dev.phaseline.schemas.control.AuditEntry;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.schemas.control.RunState;
import dev.phaseline.schemas.schedule.ScheduleRun;
import dev.phaseline.schemas.schedule.ScheduleStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// Records that a schedule's turn writes, with its new state: jobs, decisions, cancels, status.
/// Owned by the thread of its task.
final class ScheduleOutput {
  /// Cancelled jobs are remembered for so long, as long as phases keep their records by default.
  private static final Duration CANCELLED_KEPT = Duration.ofDays(7);

  private final ProcessorContext<byte[], OutgoingValue> context;
  private final ScheduleParts parts;
  private final ScheduleBook book;

  ScheduleOutput(
      ProcessorContext<byte[], OutgoingValue> context, ScheduleParts parts, ScheduleBook book) {
    this.context = context;
    this.parts = parts;
    this.book = book;
  }

  /// Keeps a step's state and writes its effects.
  void write(SchedulePlan plan, ScheduleRules.Step step, Instant now) {
    var isNew = book.state(plan.id()) == null;
    var trouble = book.trouble(plan.id());
    if (trouble != null && trouble.kind() == Trouble.Kind.INVALID) {
      book.putTrouble(plan.id(), null); // it could be read now
    }
    for (var effect : step.effects()) {
      switch (effect) {
        case Effect.Submit submit -> submit(ScheduledJob.of(parts.names(), plan, submit, now), now);
        case Effect.Decide decide -> decide(decide.run(), now);
        case Effect.Cancel cancel -> cancel(plan, cancel.job(), now);
      }
    }
    book.put(plan, step.state(), isNew);
    status(plan, step.state(), now);
  }

  private void submit(ScheduledJob job, Instant now) {
    forward(job.key(), new OutgoingValue(job.topic(), job.value()), job.headers(), now);
  }

  private void decide(ScheduleRun run, Instant now) {
    parts.counts().count(run);
    var key = run.schedule().getBytes(UTF_8);
    forward(key, new OutgoingValue(parts.names().scheduleRuns(), run.toBytes()), none(), now);
  }

  /// As an operator's command would: the setting and its entry in the audit, in one transaction.
  private void cancel(SchedulePlan plan, String job, Instant now) {
    var scope = new ControlScope.OfJob(plan.spec().job().pipeline(), job);
    var author = new Author("schedule " + plan.id(), "scheduler", "its overlap policy");
    var setting =
        new ControlSetting(
            RunState.RUNNING, 0, now.plus(CANCELLED_KEPT), 1, "overlap " + job, author, now);
    var entry =
        new AuditEntry(
            AuditEntry.Verb.CANCEL,
            scope,
            ControlSetting.NONE,
            setting,
            setting.operation(),
            author,
            now);
    var key = scope.key().getBytes(UTF_8);
    var names = parts.names();
    forward(key, new OutgoingValue(names.control(), setting.toBytes()), none(), now);
    forward(key, new OutgoingValue(names.audit(), entry.toBytes()), none(), now);
  }

  /// The obstacle between a schedule and its jobs, with the remedy; null: none.
  @Nullable String obstacle(SchedulePlan plan, Instant now) {
    var job = plan.spec().job();
    var topic = parts.names().phase(job.pipeline(), job.phase());
    var bytesMax = parts.targets().bytesMax(topic);
    if (bytesMax == TargetTopics.UNKNOWN) return "no broker answers; runs wait until one does";
    if (bytesMax == TargetTopics.MISSING) {
      return "topic "
          + topic
          + " is missing; create it with `phaseline topics create`, or correct pipeline and phase";
    }
    var sample = new Effect.Submit(plan.id() + "~1000000000@" + now, now);
    var size = ScheduledJob.of(parts.names(), plan, sample, now).size();
    if (size <= bytesMax) return null;
    return "a job has %,d bytes, topic %s takes %,d; raise its max.message.bytes, or shorten the payload"
        .formatted(size, topic, bytesMax);
  }

  /// Tells that jobs can't be submitted, or again can.
  void trouble(SchedulePlan plan, ScheduleState state, @Nullable String obstacle, Instant now) {
    var trouble = obstacle == null ? null : new Trouble(Trouble.Kind.TARGET, obstacle);
    if (book.putTrouble(plan.id(), trouble)) status(plan, state, now);
  }

  /// Tells that the ends of its jobs are not known, or again are.
  void untold(SchedulePlan plan, ScheduleState state, @Nullable String text, Instant now) {
    var trouble = text == null ? null : new Trouble(Trouble.Kind.TRACKER, text);
    if (book.putTrouble(plan.id(), trouble)) status(plan, state, now);
  }

  /// Keeps a definition that can't be used, and tells why.
  void invalid(String id, byte[] record, @Nullable ScheduleState state, String why, Instant now) {
    book.defineUnusable(id, record);
    book.putTrouble(id, new Trouble(Trouble.Kind.INVALID, why));
    var status =
        new ScheduleStatus(
            state == null ? 0 : state.generation(),
            state == null ? 0 : state.revision(),
            ScheduleStatus.State.INVALID,
            new ScheduleStatus.Counts(0, 0, 0, 0),
            new ScheduleStatus.Now(null, List.of(), null, List.of(), now),
            why);
    put(id, status.toBytes(), now);
  }

  /// Forgets a schedule that was removed.
  void removed(String id, @Nullable ScheduleState state, Instant now) {
    if (state != null && !state.waiting().isEmpty()) {
      var waiting = state.waiting();
      var skipped =
          new ScheduleRun.Decision.Skipped(
              ScheduleRun.Why.CHANGED, waiting.getLast(), waiting.size(), null);
      decide(
          new ScheduleRun(
              id, state.generation(), waiting.getFirst(), ScheduleRun.Cause.TIMING, skipped, now),
          now);
    }
    book.remove(id, state != null);
    put(id, null, now);
  }

  private void status(SchedulePlan plan, ScheduleState state, Instant now) {
    var trouble = book.trouble(plan.id());
    var text = trouble == null ? null : trouble.text();
    put(plan.id(), ScheduleRules.status(plan, state, text, now).toBytes(), now);
  }

  private void put(String id, byte @Nullable [] status, Instant now) {
    forward(
        id.getBytes(UTF_8), new OutgoingValue(parts.names().scheduleStatus(), status), none(), now);
  }

  private static Headers none() {
    return new RecordHeaders();
  }

  @SuppressWarnings("NullAway") // null keys are as good as any, but Kafka's types are not marked
  private void forward(byte @Nullable [] key, OutgoingValue value, Headers headers, Instant now) {
    context.forward(new Record<>(key, value, now.toEpochMilli(), headers));
  }
}
