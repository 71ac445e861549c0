package dev.phaseline.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.InvalidTimerException;
import dev.phaseline.schemas.RecordSize;
import dev.phaseline.schemas.Timer;
import dev.phaseline.schemas.TimerCommand;
import dev.phaseline.schemas.TimerRecords;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// The timers of one partition: what comes in is put on the [Agenda], what is due goes out.
///
/// There is no tick: a wake-up is asked for at the time of the next thing to do, so that a
/// scheduler with nothing to do commits nothing. Between two looks at the agenda there are at least
/// a few milliseconds, for under load many timers are due at each look.
///
/// Owned by the thread of its task.
final class TimerProcessor implements Processor<byte[], byte[], byte[], OutgoingValue> {
  static final String TIMERS = "timers";
  static final String TOTALS = "totals";

  /// A look takes at most that many: the rest is taken after the next poll and commit.
  private static final int TAKE_MAX = 1_000;

  private static final long LOOK_EVERY_MS = 5;
  private static final long CLUSTER_WAIT_MS = 1_000;

  private final TimerParts parts;
  private final TimerRecords records;
  private final InstantSource clock;
  private final SchedulerCounts tally;
  private @Nullable Running running;

  /// @param parts what the processors of all tasks share
  TimerProcessor(TimerParts parts) {
    this.parts = parts;
    this.records = new TimerRecords(parts.names());
    this.clock = parts.clock();
    this.tally = parts.tally();
  }

  @Override
  public void init(ProcessorContext<byte[], OutgoingValue> context) {
    running = new Running(context);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    running().process(record);
  }

  @Override
  public void close() {
    if (running != null) running.close();
    running = null;
  }

  private Running running() {
    if (running == null) throw new IllegalStateException("used before init");
    return running;
  }

  /// From `init` to `close`; Kafka Streams may begin anew with the same processor.
  private final class Running implements Agenda.Hand {
    private final ProcessorContext<byte[], OutgoingValue> context;
    private final Agenda agenda;
    private final WakeUps wakeUps;
    private final ReadingGate gate;
    private long lookedMs;

    Running(ProcessorContext<byte[], OutgoingValue> context) {
      this.context = context;
      this.wakeUps = new WakeUps(context, this::wake);
      KeyValueStore<Bytes, byte[]> timers = context.getStateStore(TIMERS);
      KeyValueStore<Bytes, byte[]> totals = context.getStateStore(TOTALS);
      this.agenda = new Agenda(timers, totals, parts.remember().toMillis());
      var input = new TopicPartition(parts.names().timers(), context.taskId().partition());
      this.gate = new ReadingGate(parts.inputs(), List.of(input), clock.millis());
      lookAgain(clock.millis());
    }

    void process(Record<byte[], byte[]> record) {
      context
          .recordMetadata()
          .ifPresent(at -> gate.processed(at.topic(), at.partition(), at.offset()));
      var now = clock.instant();
      TimerCommand command;
      try {
        command = records.read(record.key(), record.value(), record.headers(), now);
      } catch (InvalidTimerException invalid) {
        bury(
            DeadTimer.INVALID,
            String.valueOf(invalid.getMessage()),
            record.key(),
            new StoredRecord(record.value(), record.headers()));
        return;
      }
      var id = command.id().getBytes(UTF_8);
      var change =
          switch (command) {
            case TimerCommand.Cancel c -> agenda.cancel(id);
            case TimerCommand.Schedule s ->
                agenda.schedule(
                    id,
                    TimerRecords.dueMs(s.timer().due()),
                    context.recordMetadata().map(RecordMetadata::offset).orElse(0L),
                    new StoredRecord(record.value(), record.headers()));
          };
      tally.count(change);
      lookAgain(now.toEpochMilli());
    }

    private void wake(long askedForMs) {
      var nowMs = clock.millis();
      lookedMs = nowMs;
      if (!gate.opens(askedForMs, nowMs)) {
        wakeUps.ask(nowMs + ReadingGate.LOOK_EVERY_MS, nowMs);
        return;
      }
      if (agenda.run(nowMs, TAKE_MAX, this)) lookAgain(nowMs);
      else wakeUps.ask(nowMs + CLUSTER_WAIT_MS, nowMs);
    }

    /// Asks to be woken for the next thing to do.
    private void lookAgain(long nowMs) {
      tally.pending(context.taskId(), agenda.pending());
      var next = agenda.nextMs();
      if (next == Agenda.NEVER) return;
      wakeUps.ask(Math.max(next, lookedMs + LOOK_EVERY_MS), nowMs);
    }

    @Override
    public boolean fire(byte[] id, long dueMs, StoredRecord stored) {
      var timer = timer(id, dueMs, stored);
      var bytesMax = parts.topics().bytesMax(timer.target());
      if (bytesMax == TargetTopics.UNKNOWN) return false;
      if (bytesMax == TargetTopics.MISSING) {
        bury(
            DeadTimer.NO_TOPIC,
            "the target topic " + timer.target() + " is not there; was it deleted?",
            id,
            stored);
        return true;
      }
      var size = RecordSize.of(timer.key(), timer.value(), timer.headers());
      if (size > bytesMax) {
        bury(
            DeadTimer.TOO_BIG,
            "the record has %,d bytes, the target topic %s takes %,d; raise its max.message.bytes"
                .formatted(size, timer.target(), bytesMax),
            id,
            stored);
        return true;
      }
      var nowMs = clock.millis();
      context.forward(
          record(
              timer.key(),
              new OutgoingValue(timer.target(), timer.value()),
              nowMs,
              timer.headers()));
      tally.fired.increment();
      tally.lateness.add(nowMs - dueMs);
      return true;
    }

    private void bury(DeadTimer kind, String reason, byte @Nullable [] key, StoredRecord asItCame) {
      var out = new OutgoingValue(records.names().timersDead(), asItCame.value());
      var headers = kind.headers(asItCame.headers(), reason);
      context.forward(record(key, out, clock.millis(), headers));
      tally.dead.increment();
    }

    /// The timer of a stored record: it could be read when it came, so it can be now; its time is
    /// no longer ahead.
    private Timer timer(byte[] id, long dueMs, StoredRecord stored) {
      var command = records.read(id, stored.value(), stored.headers(), Instant.ofEpochMilli(dueMs));
      if (command instanceof TimerCommand.Schedule schedule) return schedule.timer();
      throw new IllegalStateException("a cancel is on the agenda: " + command);
    }

    void close() {
      tally.closed(context.taskId());
    }
  }

  @SuppressWarnings("NullAway") // null keys are as good as any, but Kafka's types are not marked
  private static Record<byte[], OutgoingValue> record(
      byte @Nullable [] key, OutgoingValue value, long timestampMs, Headers headers) {
    return new Record<>(key, value, timestampMs, headers);
  }
}
