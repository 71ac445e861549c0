package dev.phaseline.worker.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.core.engine.Deferrals;
import dev.phaseline.core.engine.ItemHistory;
import dev.phaseline.core.engine.Settlement;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.InvalidTimerException;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.MalformedHeaderException;
import dev.phaseline.schemas.RecordRef;
import dev.phaseline.schemas.RecordSize;
import dev.phaseline.schemas.Timer;
import dev.phaseline.schemas.TimerIds;
import dev.phaseline.schemas.TimerRecords;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.worker.topic.TopicWatch;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/// Writes the timers that bring items back to their phase: the record as it came, and with it which
/// attempt comes next, when the first one began and what went wrong, so that nothing starts again
/// from 1. Thread-safe.
public final class DeferredRecords implements Deferrals {
  private final PhaseMark mark;
  private final TimerRecords timers;
  private final TopicWatch watch;
  private final String topic;
  private final InstantSource clock;
  private final AttemptHistory history;
  private final @Nullable LaneSpans spans;

  public DeferredRecords(
      PhaseMark mark,
      TopicNames topics,
      TopicWatch watch,
      InstantSource clock,
      AttemptHistory history,
      @Nullable LaneSpans spans) {
    this.mark = mark;
    this.timers = new TimerRecords(topics);
    this.watch = watch;
    this.topic = topics.timers();
    this.clock = clock;
    this.history = history;
    this.spans = spans;
  }

  @Override
  public Optional<Settlement> of(ItemHistory attempted, long delayNanos) {
    try {
      var now = clock.instant();
      var out = timers.schedule(timer(attempted, now.plusNanos(delayNanos)), now);
      var bytes = RecordSize.of(out);
      if (bytes > watch.limits().of(topic)) return Optional.empty();
      if (spans != null) spans.left(attempted.item(), AttemptOutcome.DEFERRED);
      return Optional.of(KafkaSettlement.of(out, bytes));
    } catch (MalformedHeaderException | InvalidTimerException cannotBeOne) {
      return Optional.empty(); // it waits in the lane, as it would without a timer service
    }
  }

  private Timer timer(ItemHistory attempted, Instant due) {
    var record = KafkaItem.recordOf(attempted.item());
    var headers =
        spans == null
            ? new RecordHeaders(record.headers())
            : spans.headersOf(attempted.item(), record);
    var item = ItemHeaders.read(record.topic(), record.partition(), record.offset(), headers);
    mark.keepVersion(headers);
    put(headers, HeaderNames.JOB, item.jobId()); // it may have been the record's place
    // What comes of the timer names this record, like everything that is made of one: otherwise it
    // would look like a second successor of the one before.
    var here = new RecordRef(mark.phase(), record.partition(), record.offset());
    put(headers, HeaderNames.PARENT, here.toString());
    put(headers, HeaderNames.ATTEMPT, Integer.toString(attempted.attempt()));
    if (item.job().submitted() == null && item.path().equals(ItemHeaders.ROOT)) {
      put(headers, HeaderNames.SUBMITTED, Instant.ofEpochMilli(record.timestamp()).toString());
    }
    var firstStart = history.timeOf(attempted.firstStartNanos(System.nanoTime()));
    put(headers, HeaderNames.FIRST_START, firstStart.toString());
    var failures = history.of(attempted);
    if (failures != null) put(headers, HeaderNames.HISTORY, failures);
    var again = ItemHeaders.read(record.topic(), record.partition(), record.offset(), headers);
    return new Timer(
        TimerIds.ofItem(record.topic(), again),
        due,
        record.topic(),
        record.key(),
        record.value(),
        headers);
  }

  private static void put(RecordHeaders headers, String name, String value) {
    headers.remove(name);
    headers.add(name, value.getBytes(UTF_8));
  }
}
