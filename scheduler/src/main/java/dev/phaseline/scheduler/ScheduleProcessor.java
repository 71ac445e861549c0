package dev.phaseline.scheduler;

import dev.phaseline.scheduler.policy.SchedulePlan;
import dev.phaseline.scheduler.policy.ScheduleRules;
import dev.phaseline.schemas.JobEnd;
import dev.phaseline.schemas.Utf8;
import dev.phaseline.schemas.schedule.InvalidScheduleException;
import dev.phaseline.schemas.schedule.ScheduleIds;
import dev.phaseline.schemas.schedule.ScheduleRecord;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The schedules of one partition: definitions and ends of jobs come in, jobs, decisions and status
/// go out, all of a turn in one transaction with the state. What is decided is [ScheduleRules]'.
///
/// Wakes up at the time of the next run, as [TimerProcessor] does; while jobs run, also every two
/// seconds, to see whether a tracker tells their ends.
///
/// Owned by the thread of its task.
final class ScheduleProcessor implements Processor<byte[], byte[], byte[], OutgoingValue> {
  static final String STORE = "schedules";

  private static final Logger LOG = LoggerFactory.getLogger(ScheduleProcessor.class);

  /// A look takes at most so many schedules: the rest is taken after the next poll and commit.
  private static final int TAKE_MAX = 500;

  /// A look decides at most so many instants of one schedule.
  private static final int INSTANTS_MAX = 200;

  private static final long LOOK_EVERY_MS = 5;
  private static final long TARGET_WAIT_MS = 2_000;

  private final ScheduleParts parts;
  private @Nullable Running running;

  ScheduleProcessor(ScheduleParts parts) {
    this.parts = parts;
  }

  @Override
  public void init(ProcessorContext<byte[], OutgoingValue> context) {
    running = new Running(context);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    if (running == null) throw new IllegalStateException("used before init");
    running.process(record);
  }

  @Override
  public void close() {
    if (running != null) running.close();
    running = null;
  }

  /// From `init` to `close`; Kafka Streams may begin anew with the same processor.
  private final class Running {
    private final ProcessorContext<byte[], OutgoingValue> context;
    private final ScheduleBook book;
    private final ScheduleOutput output;
    private final TrackerCheck trackers;
    private final ReadingGate gate;
    private final WakeUps wakeUps;
    private long lookedMs;

    Running(ProcessorContext<byte[], OutgoingValue> context) {
      this.context = context;
      this.wakeUps = new WakeUps(context, this::wake);
      this.book = new ScheduleBook(new ScheduleStore(context.getStateStore(STORE)));
      this.output = new ScheduleOutput(context, parts, book);
      this.trackers = new TrackerCheck(parts, book, output);
      var partition = context.taskId().partition();
      this.gate =
          new ReadingGate(parts.inputs(), parts.inputsOf(partition), parts.clock().millis());
      lookAgain(parts.clock().millis());
    }

    void process(Record<byte[], byte[]> record) {
      var now = parts.clock().instant();
      var from = context.recordMetadata();
      var topic = from.map(RecordMetadata::topic).orElse("");
      try {
        var id = id(record.key());
        if (topic.equals(parts.names().scheduleEnds())) ended(id, JobEnd.read(record.value()), now);
        else defined(id, record.value(), now);
      } catch (IllegalArgumentException malformed) {
        parts.counts().malformed.increment();
        LOG.warn(
            "the record at {} of {} is left out: {}",
            from.map(RecordMetadata::offset).orElse(-1L),
            topic,
            malformed.getMessage());
      }
      from.ifPresent(at -> gate.processed(at.topic(), at.partition(), at.offset()));
      lookAgain(now.toEpochMilli());
    }

    private static String id(byte @Nullable [] key) {
      var id = key == null ? null : Utf8.decode(key);
      if (id == null) throw new InvalidScheduleException("id", "its key is no schedule's id");
      return ScheduleIds.check(id);
    }

    private void defined(String id, byte @Nullable [] value, Instant now) {
      var state = book.state(id);
      if (value == null) {
        output.removed(id, state, now);
        return;
      }
      try {
        var record = ScheduleRecord.read(value);
        if (ScheduleRules.isOld(state, record)) {
          LOG.warn("schedule {}: revision {} is older than what is known", id, record.revision());
          return;
        }
        if (record.isRemoved()) {
          output.removed(id, state, now);
          return;
        }
        var plan = SchedulePlan.of(id, record);
        book.define(id, value, plan);
        output.write(plan, ScheduleRules.defined(plan, state, now), now);
      } catch (InvalidScheduleException unusable) {
        // What it means must not be guessed: it does not run until it is defined anew.
        output.invalid(id, value, state, String.valueOf(unusable.getMessage()), now);
      }
    }

    private void ended(String id, JobEnd end, Instant now) {
      var plan = book.plan(id);
      var state = book.state(id);
      if (plan == null || state == null) return;
      var step = ScheduleRules.ended(plan, state, end, now);
      if (!step.effects().isEmpty()) output.write(plan, step, now);
    }

    private void wake(long askedForMs) {
      var now = parts.clock().instant();
      var nowMs = now.toEpochMilli();
      lookedMs = nowMs;
      if (!gate.opens(askedForMs, nowMs)) {
        wakeUps.ask(nowMs + ReadingGate.LOOK_EVERY_MS, nowMs);
        return;
      }
      for (var taken = 0; taken < TAKE_MAX; taken++) {
        var id = book.takeDue(now);
        if (id == null) break;
        run(id, now);
      }
      trackers.look(now);
      lookAgain(nowMs);
    }

    private void run(String id, Instant now) {
      var plan = book.plan(id);
      var state = book.state(id);
      if (plan == null || state == null) return;
      var obstacle = output.obstacle(plan, now);
      if (obstacle != null) {
        output.trouble(plan, state, obstacle, now);
        book.due(id, now.plusMillis(TARGET_WAIT_MS));
        return;
      }
      if (book.hasTroubleOfTarget(id)) output.trouble(plan, state, null, now);
      var step = ScheduleRules.run(plan, state, now, INSTANTS_MAX);
      if (step.state().equals(state)) book.due(id, ScheduleRules.due(plan, state));
      else output.write(plan, step, now);
    }

    /// Asks to be woken for the next thing to do.
    private void lookAgain(long nowMs) {
      parts.counts().sizes(context.taskId(), book.sizes());
      var next = book.nextMs();
      if (trackers.isNeeded()) next = Math.min(next, nowMs + TrackerCheck.EVERY_MS);
      if (next == Long.MAX_VALUE) return;
      wakeUps.ask(Math.max(next, lookedMs + LOOK_EVERY_MS), nowMs);
    }

    void close() {
      parts.counts().closed(context.taskId());
    }
  }
}
