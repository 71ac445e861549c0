package dev.phaseline.worker;

import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.Ordering;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.Phase;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.engine.Attempt;
import dev.phaseline.core.engine.AttemptResult;
import dev.phaseline.core.engine.Settlement;
import dev.phaseline.core.engine.Thrown;
import dev.phaseline.core.engine.UserCode;
import dev.phaseline.schemas.DeadKind;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.MalformedHeaderException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Runs one attempt of one item: decodes, calls the handler, encodes and size-checks what it wants.
/// Every failure of these is a result, so that nothing can go wrong between begin and commit.
/// Thread-safe.
final class ItemRunner
    implements Function<
        Attempt<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>>,
        AttemptResult<List<ProducerRecord<byte[], byte[]>>>> {

  /// How long the phase waits after a codec could not reach its registry.
  private static final Duration DEPENDENCY_PAUSE = Duration.ofSeconds(1);

  /// How long the phase waits for somebody to make room for a dead letter that does not fit.

  private final Placement placement;

  private final Phase<?> phase;
  private final InstantSource clock;
  private final DeadRecords deadRecords;
  private final OutputRecords outputs;
  private final PhaseOptions.Limits limits;
  private final String deadTopic;
  private final TopicWatch watch;
  private final @Nullable KeyPlaces keys; // null where no order of keys is promised
  private final @Nullable LaneSpans spans;
  private final boolean logContext;

  ItemRunner(
      Placement placement,
      WorkerConfig config,
      TopicWatch watch,
      InstantSource clock,
      DeadRecords deadRecords,
      @Nullable LaneSpans spans) {
    var topics = config.topics();
    this.placement = placement;
    this.spans = spans;
    this.logContext = config.telemetry().logContext();
    this.phase = placement.declaration();
    this.clock = clock;
    this.deadRecords = deadRecords;
    this.outputs = new OutputRecords(placement, topics, watch);
    this.limits = placement.options().limits();
    this.keys =
        placement.options().ordering() == Ordering.KEY
            ? watch.keysOf(topics.phase(placement.pipeline().name(), placement.phase()))
            : null;
    this.deadTopic = topics.dead(placement.pipeline().name());
    this.watch = watch;
  }

  @Override
  public AttemptResult<List<ProducerRecord<byte[], byte[]>>> apply(
      Attempt<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> attempt) {
    var marks = ThreadMarks.ofThisThread();
    try {
      return resultOf(attempt);
    } finally {
      marks.putBack();
    }
  }

  private AttemptResult<List<ProducerRecord<byte[], byte[]>>> resultOf(
      Attempt<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> attempt) {
    var record = attempt.slot().record();
    if (isHuge(attempt, watch.limits()) && isHuge(attempt, watch.freshLimits())) {
      return huge(attempt);
    }
    ItemHeaders headers;
    try {
      headers =
          ItemHeaders.read(record.topic(), record.partition(), record.offset(), record.headers());
    } catch (MalformedHeaderException malformed) {
      return new AttemptResult.Settled<>(
          deadRecords.of(attempt, DeadKind.UNDECODABLE, String.valueOf(malformed.getMessage())));
    }
    return spans == null && !logContext
        ? resultOf(attempt, headers, null)
        : watched(attempt, headers);
  }

  /// With a span, or with something for the log to say, or with both.
  private AttemptResult<List<ProducerRecord<byte[], byte[]>>> watched(
      Attempt<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> attempt,
      ItemHeaders headers) {
    var span = spans == null ? null : spans.begin(attempt, headers);
    AttemptResult<List<ProducerRecord<byte[], byte[]>>> result = null;
    try {
      if (logContext) LogContext.enter(placement, headers, attempt.number(), span);
      result = resultOf(attempt, headers, span);
      return result;
    } finally {
      if (spans != null && span != null) spans.ended(attempt, span, result);
    }
  }

  private AttemptResult<List<ProducerRecord<byte[], byte[]>>> resultOf(
      Attempt<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> attempt,
      ItemHeaders headers,
      @Nullable AttemptSpan span) {
    try {
      return handle(phase, attempt, headers, span);
    } catch (ItemFault fault) {
      return new AttemptResult.Settled<>(deadRecords.of(attempt, fault.kind(), fault.reason()));
    }
  }

  /// A record so large that not every dead letter of it could be written is not even begun. That
  /// the topic of dead letters was made smaller than phases need is not the item's fault: dead
  /// letters that don't fit are kept.
  private boolean isHuge(
      Attempt<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> attempt,
      TopicLimits known) {
    var needed = (long) limits.payloadBytesMax() + TopicLimits.DEAD_ROOM_BYTES;
    var room = Math.max(known.of(deadTopic), needed); // the start has seen to that
    return attempt.slot().bytes() + TopicLimits.DEAD_ROOM_BYTES > room;
  }

  /// One whose plainest dead letter can't be written (it came compressed, or the topic was made
  /// smaller) is kept by the lane, which goes on with the others and says so: dropping it is not
  /// ours to do.
  private AttemptResult<List<ProducerRecord<byte[], byte[]>>> huge(
      Attempt<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> attempt) {
    return new AttemptResult.Settled<>(
        deadRecords.of(
            attempt,
            DeadKind.TOO_BIG,
            "record has "
                + RecordSizes.of(attempt.slot().record())
                + " bytes, a dead letter may have "
                + watch.limits().of(deadTopic)));
  }

  private <I> AttemptResult<List<ProducerRecord<byte[], byte[]>>> handle(
      Phase<I> declared,
      Attempt<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> attempt,
      ItemHeaders headers,
      @Nullable AttemptSpan span) {
    var record = attempt.slot().record();
    var deadline = headers.job().deadline();
    if (deadline != null && deadline.isBefore(clock.instant())) {
      throw new ItemFault(DeadKind.EXPIRED, "the job's deadline " + deadline + " has passed");
    }
    if (deadline != null) {
      var left = Duration.between(clock.instant(), deadline);
      attempt.mustBeginWithin(left, System.nanoTime());
    }
    return switch (decode(declared, record)) {
      case UserCode.Answer.Gave<I>(var payload) when payload != null ->
          handle(declared, payload, attempt, headers, span);
      case UserCode.Answer.Gave<I> _ ->
          throw new ItemFault(DeadKind.UNDECODABLE, "the codec made nothing of it");
      case UserCode.Answer.Threw<I>(var thrown) -> undecodable(thrown);
    };
  }

  private <I> AttemptResult<List<ProducerRecord<byte[], byte[]>>> handle(
      Phase<I> declared,
      I payload,
      Attempt<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> attempt,
      ItemHeaders headers,
      @Nullable AttemptSpan span) {
    var record = attempt.slot().record();
    OutputRecords.Sized keyed;
    try {
      keyed = outputs.keyedOnArrival(declared, payload, record, headers);
    } catch (DependencyDownException down) { // ours, made where the key function was called
      return new AttemptResult.SuspendAsked<>(DEPENDENCY_PAUSE, String.valueOf(down.getMessage()));
    }
    if (keyed != null) return settled(keyed);
    var key = record.key();
    if (keys != null && key != null) {
      keys.handled(key, record.partition(), attempt.number() == 1);
    }
    var context = new ItemContext(placement, attempt, headers, record.key());
    UserCode.Answer<Outcome<?>> answer =
        UserCode.call(() -> declared.handler().handle(payload, context));
    return switch (answer) {
      case UserCode.Answer.Threw<Outcome<?>>(var thrown) -> new AttemptResult.Threw<>(thrown);
      case UserCode.Answer.Gave<Outcome<?>>(var outcome) ->
          followed(outcome, record, headers, span);
    };
  }

  private AttemptResult<List<ProducerRecord<byte[], byte[]>>> followed(
      @Nullable Outcome<?> outcome,
      ConsumerRecord<byte[], byte[]> record,
      ItemHeaders headers,
      @Nullable AttemptSpan span) {
    try {
      if (spans == null || span == null) return resultOf(outcome, record, headers);
      var onwards = spans.onwards(span, record);
      return resultOf(outcome, onwards, LaneSpans.withTraceOf(onwards, headers));
    } catch (DependencyDownException down) { // ours, made where a codec was called
      return new AttemptResult.SuspendAsked<>(DEPENDENCY_PAUSE, String.valueOf(down.getMessage()));
    }
  }

  private <I> UserCode.Answer<I> decode(Phase<I> declared, ConsumerRecord<byte[], byte[]> record) {
    var value = record.value();
    if (value == null) throw new ItemFault(DeadKind.UNDECODABLE, "the record has no value");
    if (value.length > limits.payloadBytesMax()) {
      throw new ItemFault(
          DeadKind.TOO_BIG,
          "payload has " + value.length + " bytes, the limit is " + limits.payloadBytesMax());
    }
    return UserCode.call(() -> declared.input().decode(record.topic(), value));
  }

  private static AttemptResult<List<ProducerRecord<byte[], byte[]>>> undecodable(Thrown thrown) {
    var words = thrown.message();
    if (thrown.is(DependencyDownException.class)) {
      return new AttemptResult.SuspendAsked<>(DEPENDENCY_PAUSE, words);
    }
    throw new ItemFault(
        DeadKind.UNDECODABLE,
        thrown.is(PayloadException.class) ? words : "the codec failed: " + thrown.inWords());
  }

  private AttemptResult<List<ProducerRecord<byte[], byte[]>>> resultOf(
      @Nullable Outcome<?> outcome, ConsumerRecord<byte[], byte[]> record, ItemHeaders headers) {
    return switch (outcome) {
      case null -> throw new ItemFault(DeadKind.BAD_OUTCOME, "the handler returned null");
      case Outcome.Next<?>(var value) -> settled(outputs.next(record, headers, value));
      case Outcome.To<?>(var phase, var value) ->
          settled(outputs.to(outputs.target(phase), record, headers, value));
      case Outcome.FanOut<?>(var values, var phase) -> fanOut(values, phase, record, headers);
      case Outcome.Done<?>(var result) -> settled(outputs.done(record, headers, result));
      case Outcome.RetryAfter<?>(var delay, var reason) ->
          new AttemptResult.RetryAsked<>(delay, reason);
      case Outcome.Dead<?>(var reason) -> throw new ItemFault(DeadKind.REJECTED, reason);
      case Outcome.Suspend<?>(var delay, var reason) ->
          new AttemptResult.SuspendAsked<>(delay, reason);
    };
  }

  private AttemptResult<List<ProducerRecord<byte[], byte[]>>> fanOut(
      List<? extends Object> values,
      @Nullable String phaseName,
      ConsumerRecord<byte[], byte[]> record,
      ItemHeaders headers) {
    if (values.isEmpty()) return settled(outputs.done(record, headers, null));
    var target = outputs.childrensTarget(phaseName);
    if (values.size() > limits.fanOutMax()) {
      throw new ItemFault(
          DeadKind.TOO_BIG,
          "fan-out has " + values.size() + " children, the limit is " + limits.fanOutMax());
    }
    var children = new ArrayList<ProducerRecord<byte[], byte[]>>(values.size());
    var bytes = 0L;
    for (var i = 0; i < values.size(); i++) {
      var out = outputs.child(target, record, headers, values, i);
      bytes += out.bytes();
      if (bytes > limits.fanOutBytesMax()) {
        throw new ItemFault(
            DeadKind.TOO_BIG,
            "fan-out has more than " + limits.fanOutBytesMax() + " bytes, which is the limit");
      }
      children.add(out.record());
    }
    return new AttemptResult.Settled<>(new Settlement<>(children, children.size(), bytes));
  }

  private static AttemptResult<List<ProducerRecord<byte[], byte[]>>> settled(
      OutputRecords.Sized one) {
    return new AttemptResult.Settled<>(new Settlement<>(List.of(one.record()), 1, one.bytes()));
  }
}
