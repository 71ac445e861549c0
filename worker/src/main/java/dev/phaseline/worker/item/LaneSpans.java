package dev.phaseline.worker.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.core.DeadKind;
import dev.phaseline.core.engine.Attempt;
import dev.phaseline.core.engine.AttemptResult;
import dev.phaseline.core.engine.Item;
import dev.phaseline.core.engine.Settlement;
import dev.phaseline.core.engine.Thrown;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.WorkerConfig;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The spans of one lane: one for each attempt, a child of whatever wrote the record, and what is
/// made of the record goes on as its child. Named and described by OpenTelemetry's conventions for
/// messaging; docs/metrics.md has the list. Never anything of the payload.
///
/// An attempt that settles its item ends its span on the handler's thread. Of one that does not,
/// the lane decides what follows, so its span ends there, with the time when the handler ended.
///
/// Nothing in here fails because of a tracer or a propagator: the first failure is logged, and the
/// item goes on with the trace context that it came with. Thread-safe.
public final class LaneSpans implements HandlerThreads.Fates {
  private static final Logger LOG = LoggerFactory.getLogger(LaneSpans.class);
  private static final String INSTRUMENTATION = "dev.phaseline.worker";

  /// A dead letter's room is counted; baggage, the largest known, has 8 KiB at most.
  private static final int INJECTED_BYTES_MAX = 10 * 1024;

  private static final int KEY_BYTES_MAX = 200;
  private static final AttributeKey<String> PARTITION =
      AttributeKey.stringKey("messaging.destination.partition.id");
  private static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");
  private static final AttributeKey<String> KEY =
      AttributeKey.stringKey("messaging.kafka.message.key");
  private static final AttributeKey<String> JOB = AttributeKey.stringKey("phaseline.job");
  private static final AttributeKey<String> ITEM = AttributeKey.stringKey("phaseline.item");
  private static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("phaseline.attempt");
  private static final AttributeKey<Boolean> FAILURE_HANDLER =
      AttributeKey.booleanKey("phaseline.failure_handler");
  private static final AttributeKey<Long> GENERATION = AttributeKey.longKey("phaseline.generation");

  private final Tracer tracer;
  private final TextMapPropagator propagator;
  private final List<String> fields;
  private final String topic;
  private final String doneTopic;
  private final Attributes common;
  private final Set<AttemptSpan> open = ConcurrentHashMap.newKeySet(); // begun and not ended
  private final AtomicBoolean hasFailed = new AtomicBoolean();
  private volatile boolean closed;

  private LaneSpans(OpenTelemetry telemetry, WorkerConfig config, Placement placement) {
    var pipeline = placement.pipeline().name();
    var topics = config.topics();
    this.tracer = telemetry.getTracer(INSTRUMENTATION);
    this.propagator = telemetry.getPropagators().getTextMapPropagator();
    this.fields = List.copyOf(propagator.fields());
    this.topic = topics.phase(pipeline, placement.phase());
    this.doneTopic = topics.done(pipeline);
    this.common =
        Attributes.builder()
            .put("messaging.system", "kafka")
            .put("messaging.operation.name", "process")
            .put("messaging.operation.type", "process")
            .put("messaging.destination.name", topic)
            .put("messaging.consumer.group.name", topics.group(pipeline, placement.phase()))
            .put("phaseline.pipeline", pipeline)
            .put("phaseline.phase", placement.phase())
            .build();
  }

  /// Null when nobody wants any, or the tracer can't be had.
  public static @Nullable LaneSpans of(WorkerConfig config, Placement placement) {
    var spans = config.telemetry().spans();
    if (spans == null) return null;
    try {
      return new LaneSpans(spans.openTelemetry(), config, placement);
    } catch (OutOfMemoryError memory) {
      throw memory;
    } catch (Throwable broken) { // whatever it is, items go on without spans
      LOG.warn("{} has no spans: the tracer failed: {}", placement, Thrown.of(broken).inWords());
      return null;
    }
  }

  /// Begins an attempt's span and makes it the current one of this thread, the handler's.
  ///
  /// @return null when the tracer failed
  @Nullable AttemptSpan begin(Attempt attempt, ItemHeaders headers) {
    var record = KafkaItem.recordOf(attempt.item());
    try {
      var parent = propagator.extract(Context.root(), record.headers(), RecordCarrier.HEADERS);
      var builder =
          tracer
              .spanBuilder("process " + topic)
              .setSpanKind(SpanKind.CONSUMER)
              .setParent(parent)
              .setAllAttributes(common)
              .setAttribute(PARTITION, Integer.toString(record.partition()))
              .setAttribute(OFFSET, record.offset())
              .setAttribute(JOB, headers.jobId())
              .setAttribute(ITEM, headers.itemId())
              .setAttribute(ATTEMPT, (long) attempt.number())
              .setAttribute(GENERATION, (long) headers.identity().generation());
      if (attempt.lastFailure() != null) builder.setAttribute(FAILURE_HANDLER, true);
      var key = text(record.key());
      if (key != null) builder.setAttribute(KEY, key);
      var span = new AttemptSpan(builder.startSpan(), parent);
      open.add(span);
      KafkaItem.of(attempt).attempted(span);
      span.enter();
      return span;
    } catch (Throwable thrown) { // whatever it is, it is not the item's failure
      failed(thrown);
      return null;
    }
  }

  /// A key that is no text has no form that everybody would read alike.
  private static @Nullable String text(byte @Nullable [] key) {
    if (key == null || key.length > KEY_BYTES_MAX) return null;
    var text = new String(key, UTF_8);
    return text.indexOf('\uFFFD') < 0 ? text : null;
  }

  /// The handler's thread is through with an attempt.
  ///
  /// @param result null when there is none, because nothing that follows could be trusted
  void ended(Attempt attempt, AttemptSpan span, @Nullable AttemptResult result) {
    try {
      span.leave();
      switch (result) {
        case null -> {
          span.failed(OutOfMemoryError.class.getName(), "out of memory");
          span.end(AttemptOutcome.ABANDONED);
        }
        case AttemptResult.Settled(var settlement) -> {
          if (settlement.dead())
            dead(span, KafkaSettlement.recordsOf(settlement).getFirst().headers());
          span.end(attempt.cancelled() ? AttemptOutcome.CANCELLED : outcome(settlement));
        }
        case AttemptResult.GaveUp(var failure) ->
            failed(span, failure.kind().text(), failure.reason());
        case AttemptResult.Threw(var thrown) -> {
          // one that was told to stop has not failed
          if (!attempt.cancelled()) span.threw(thrown);
        }
        case AttemptResult.RetryAsked(var delay, var reason) ->
            span.asked("phaseline.retry", delay, reason);
        case AttemptResult.SuspendAsked(var delay, var reason) ->
            span.asked("phaseline.suspend", delay, reason);
        case AttemptResult.LeftToOthers _ -> {
          // the handler was not called
        }
      }
    } catch (Throwable thrown) { // whatever it is, it is not the item's failure
      failed(thrown);
    }
    if (result == null || result instanceof AttemptResult.Settled) open.remove(span);
    if (result instanceof AttemptResult.Settled) KafkaItem.of(attempt).forget(span);
    else if (closed || attempt.abandoned()) end(span, lostAs(attempt));
  }

  private static void dead(AttemptSpan span, Headers letter) {
    var kind = RecordCarrier.HEADERS.get(letter, HeaderNames.KIND);
    var reason = RecordCarrier.HEADERS.get(letter, HeaderNames.REASON);
    if (kind == null || reason == null) return;
    failed(span, kind, reason);
  }

  /// The other kinds' reasons are others' words, who may quote the payload.
  private static void failed(AttemptSpan span, String kind, String reason) {
    span.failed(kind, kind.equals(DeadKind.REJECTED.text()) ? reason : kind);
  }

  private AttemptOutcome outcome(Settlement settlement) {
    if (settlement.dead()) return AttemptOutcome.DEAD;
    if (settlement.records() > 1) return AttemptOutcome.FAN_OUT;
    return KafkaSettlement.recordsOf(settlement).getFirst().topic().equals(doneTopic)
        ? AttemptOutcome.DONE
        : AttemptOutcome.NEXT;
  }

  private static AttemptOutcome lostAs(Attempt attempt) {
    return attempt.timedOut() ? AttemptOutcome.TIMED_OUT : AttemptOutcome.ABANDONED;
  }

  /// The record as if it had been written in this span: what is made of it goes on from here.
  ConsumerRecord<byte[], byte[]> onwards(AttemptSpan span, ConsumerRecord<byte[], byte[]> record) {
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.timestampType(),
        record.serializedKeySize(),
        record.serializedValueSize(),
        record.key(),
        record.value(),
        injected(span, record.headers()),
        record.leaderEpoch());
  }

  /// An item's headers with the trace context of this record.
  static ItemHeaders withTraceOf(ConsumerRecord<byte[], byte[]> record, ItemHeaders headers) {
    return headers.withTrace(
        new ItemHeaders.TraceContext(
            RecordCarrier.HEADERS.get(record.headers(), HeaderNames.TRACE_PARENT),
            RecordCarrier.HEADERS.get(record.headers(), HeaderNames.TRACE_STATE)));
  }

  /// A copy of the record's headers, as if written in the span of the item's latest attempt here;
  /// as they are when there was none.
  RecordHeaders headersOf(Item item, ConsumerRecord<byte[], byte[]> record) {
    var span = KafkaItem.of(item).latestSpan();
    return span == null ? new RecordHeaders(record.headers()) : injected(span, record.headers());
  }

  private RecordHeaders injected(AttemptSpan span, Headers from) {
    try {
      var headers = new RecordHeaders(from);
      for (var field : fields) headers.remove(field);
      propagator.inject(span.context(), headers, RecordCarrier.HEADERS);
      var added = bytes(headers) - bytes(from);
      if (added > INJECTED_BYTES_MAX) {
        throw new IllegalStateException(
            "the propagator adds " + added + " bytes, at most " + INJECTED_BYTES_MAX + " fit");
      }
      return headers;
    } catch (Throwable thrown) { // whatever it is, it is not the item's failure
      failed(thrown);
      return new RecordHeaders(from);
    }
  }

  private static long bytes(Headers headers) {
    var sum = 0L;
    for (var header : headers) {
      sum += header.key().length() + (header.value() == null ? 0 : header.value().length);
    }
    return sum;
  }

  /// The item has left the lane like this, after its latest attempt.
  void left(Item item, AttemptOutcome outcome) {
    var span = KafkaItem.of(item).latestSpan();
    if (span != null) span.outcome(outcome);
  }

  @Override
  public void judged(Attempt attempt, AttemptResult result) {
    // one that came too late was given up before: the item's latest span may be another's
    if (result instanceof AttemptResult.Settled || attempt.abandoned()) return;
    var span = KafkaItem.of(attempt).latestSpan();
    if (span == null) return;
    var again =
        result instanceof AttemptResult.SuspendAsked
            ? AttemptOutcome.SUSPENDED
            : result instanceof AttemptResult.LeftToOthers
                ? AttemptOutcome.LEFT
                : AttemptOutcome.RETRY;
    var outcome = span.outcomeOr(attempt.cancelled() ? AttemptOutcome.CANCELLED : again);
    end(span, outcome);
    if (outcome.isTheLast()) KafkaItem.of(attempt).forget(span);
  }

  @Override
  public void gaveUp(Attempt attempt) {
    var span = KafkaItem.of(attempt).latestSpan();
    if (span != null) end(span, lostAs(attempt));
  }

  @Override
  public void closed() {
    closed = true;
    for (var span : open) end(span, AttemptOutcome.ABANDONED);
  }

  private void end(AttemptSpan span, AttemptOutcome outcome) {
    open.remove(span);
    try {
      span.end(outcome);
    } catch (Throwable thrown) { // whatever it is, it is not the item's failure
      failed(thrown);
    }
  }

  private void failed(Throwable thrown) {
    if (thrown instanceof OutOfMemoryError memory) throw memory;
    if (!hasFailed.compareAndSet(false, true)) return;
    LOG.warn(
        "a tracer failed in {}: items go on, spans may be missing from now on: {}",
        topic,
        Thrown.of(thrown).inWords());
  }
}
