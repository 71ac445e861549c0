package dev.phaseline.worker;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.Phase;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.engine.Attempt;
import dev.phaseline.core.engine.AttemptResult;
import dev.phaseline.core.engine.Settlement;
import dev.phaseline.schemas.DeadKind;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.MalformedHeaderException;
import dev.phaseline.schemas.TopicNames;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private static final java.time.Duration DEPENDENCY_PAUSE = java.time.Duration.ofSeconds(1);

  /// Room for a record's own frame, key and headers in what Kafka counts.
  private static final int RECORD_OVERHEAD_BYTES = 64;

  private final Placement placement;
  private final Phase<?> phase;
  private final InstantSource clock;
  private final DeadRecords deadRecords;
  private final PhaseOptions.Limits limits;
  private final Map<String, Target<?>> targets;
  private final @Nullable Target<?> next;
  private final String doneTopic;

  /// A phase and its topic. Looked up once: names are checked and joined for each item otherwise.
  private record Target<I>(Phase<I> phase, String topic) {}

  ItemRunner(Placement placement, TopicNames topics, InstantSource clock, DeadRecords deadRecords) {
    this.placement = placement;
    this.phase = placement.declaration();
    this.clock = clock;
    this.deadRecords = deadRecords;
    this.limits = placement.options().limits();
    var pipeline = placement.pipeline();
    var byName = new HashMap<String, Target<?>>();
    for (var each : pipeline.phases()) {
      byName.put(each.name(), new Target<>(each, topics.phase(pipeline.name(), each.name())));
    }
    this.targets = Map.copyOf(byName);
    this.next = pipeline.after(phase.name()).map(after -> targets.get(after.name())).orElse(null);
    this.doneTopic = topics.done(pipeline.name());
  }

  /// Something about this item, not about its attempt, is wrong for good.
  private static final class ItemFault extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient DeadKind kind;

    ItemFault(DeadKind kind, String reason) {
      super(reason, null, false, false);
      this.kind = kind;
    }
  }

  @Override
  public AttemptResult<List<ProducerRecord<byte[], byte[]>>> apply(
      Attempt<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> attempt) {
    var record = attempt.slot().record();
    try {
      var headers =
          ItemHeaders.read(record.topic(), record.partition(), record.offset(), record.headers());
      return handle(phase, attempt, headers);
    } catch (ItemFault fault) {
      return new AttemptResult.Settled<>(
          deadRecords.of(attempt.slot(), fault.kind, String.valueOf(fault.getMessage())));
    } catch (MalformedHeaderException malformed) {
      return new AttemptResult.Settled<>(
          deadRecords.of(
              attempt.slot(), DeadKind.UNDECODABLE, String.valueOf(malformed.getMessage())));
    }
  }

  private <I> AttemptResult<List<ProducerRecord<byte[], byte[]>>> handle(
      Phase<I> phase,
      Attempt<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> attempt,
      ItemHeaders headers) {
    var record = attempt.slot().record();
    var deadline = headers.deadline();
    if (deadline != null && deadline.isBefore(clock.instant())) {
      throw new ItemFault(DeadKind.EXPIRED, "the job's deadline " + deadline + " has passed");
    }
    I payload;
    try {
      payload = decode(phase, record);
    } catch (DependencyDownException down) {
      return new AttemptResult.SuspendAsked<>(DEPENDENCY_PAUSE, String.valueOf(down.getMessage()));
    }
    Outcome<?> outcome;
    try {
      outcome =
          phase
              .handler()
              .handle(payload, new ItemContext(placement, attempt, headers, record.key()));
    } catch (OutOfMemoryError e) {
      throw e;
    } catch (Throwable thrown) { // whatever it is, it is this attempt's failure alone
      return new AttemptResult.Threw<>(thrown);
    }
    try {
      return resultOf(outcome, attempt, headers);
    } catch (DependencyDownException down) {
      return new AttemptResult.SuspendAsked<>(DEPENDENCY_PAUSE, String.valueOf(down.getMessage()));
    }
  }

  private <I> I decode(Phase<I> phase, ConsumerRecord<byte[], byte[]> record) {
    var value = record.value();
    if (value == null) throw new ItemFault(DeadKind.UNDECODABLE, "the record has no value");
    if (value.length > limits.payloadBytesMax()) {
      throw new ItemFault(
          DeadKind.TOO_BIG,
          "payload has " + value.length + " bytes, the limit is " + limits.payloadBytesMax());
    }
    try {
      return phase.input().decode(record.topic(), value);
    } catch (PayloadException bad) {
      throw new ItemFault(DeadKind.UNDECODABLE, String.valueOf(bad.getMessage()));
    } catch (DependencyDownException down) {
      throw down;
    } catch (RuntimeException codecBroke) {
      throw new ItemFault(DeadKind.UNDECODABLE, "the codec failed: " + codecBroke);
    }
  }

  private AttemptResult<List<ProducerRecord<byte[], byte[]>>> resultOf(
      @Nullable Outcome<?> outcome,
      Attempt<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> attempt,
      ItemHeaders headers) {
    var record = attempt.slot().record();
    var parent = placement.phase() + '/' + record.partition() + '/' + record.offset();
    return switch (outcome) {
      case null -> throw new ItemFault(DeadKind.BAD_OUTCOME, "the handler returned null");
      case Outcome.Next<?>(var value) ->
          settled(
              next == null
                  ? done(value, record.key(), headers.forNext(parent))
                  : forPhase(next, value, record.key(), headers.forNext(parent)));
      case Outcome.To<?>(var phase, var value) ->
          settled(forPhase(named(phase), value, record.key(), headers.forNext(parent)));
      case Outcome.FanOut<?>(var values, var phase) -> fanOut(values, phase, attempt, headers);
      case Outcome.Done<?>(var result) ->
          settled(done(result, record.key(), headers.forNext(parent)));
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
      Attempt<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> attempt,
      ItemHeaders headers) {
    var record = attempt.slot().record();
    var parent = placement.phase() + '/' + record.partition() + '/' + record.offset();
    if (values.isEmpty()) return settled(done(null, record.key(), headers.forNext(parent)));
    if (values.size() > limits.fanOutMax()) {
      throw new ItemFault(
          DeadKind.TOO_BIG,
          "fan-out has " + values.size() + " children, the limit is " + limits.fanOutMax());
    }
    var target = phaseName == null ? next : named(phaseName);
    if (target == null) {
      throw new ItemFault(DeadKind.BAD_OUTCOME, "a fan-out in the last phase names no phase");
    }
    var children = new ArrayList<ProducerRecord<byte[], byte[]>>(values.size());
    var bytes = 0L;
    for (var i = 0; i < values.size(); i++) {
      var child = headers.forChild(i, values.size(), parent);
      var out = forPhase(target, values.get(i), utf8(child.itemId()), child);
      bytes += sizeOf(out);
      if (bytes > limits.fanOutBytesMax()) {
        throw new ItemFault(
            DeadKind.TOO_BIG,
            "fan-out has more than " + limits.fanOutBytesMax() + " bytes, which is the limit");
      }
      children.add(out);
    }
    return new AttemptResult.Settled<>(new Settlement<>(children, children.size(), bytes));
  }

  private Target<?> named(String chosen) {
    var target = targets.get(chosen);
    if (target == null) {
      throw new ItemFault(
          DeadKind.BAD_OUTCOME,
          "the handler chose phase '"
              + chosen
              + "', but there are "
              + placement.pipeline().phaseNames());
    }
    return target;
  }

  @SuppressWarnings("unchecked") // a value of another type is the handler's fault, caught below
  private <I> ProducerRecord<byte[], byte[]> forPhase(
      Target<I> target, Object value, byte @Nullable [] key, ItemHeaders headers) {
    try {
      var typed = (I) value;
      var bytes = target.phase().input().encode(target.topic(), typed);
      var keyBy = target.phase().keyBy();
      var newKey = keyBy == null ? key : utf8(keyBy.apply(typed));
      return checked(new ProducerRecord<>(target.topic(), null, newKey, bytes, headers.toKafka()));
    } catch (PayloadException bad) {
      throw new ItemFault(DeadKind.BAD_OUTCOME, String.valueOf(bad.getMessage()));
    } catch (ClassCastException | NullPointerException wrongType) {
      throw new ItemFault(
          DeadKind.BAD_OUTCOME,
          "the value for phase '" + target.phase().name() + "' is of the wrong type: " + wrongType);
    }
  }

  @SuppressWarnings("unchecked") // as above
  private ProducerRecord<byte[], byte[]> done(
      @Nullable Object result, byte @Nullable [] key, ItemHeaders headers) {
    byte[] bytes = null;
    if (result != null) {
      var codec =
          placement
              .pipeline()
              .result()
              .orElseThrow(
                  () ->
                      new ItemFault(
                          DeadKind.BAD_OUTCOME,
                          "the handler returned a result, but the pipeline declares no codec for"
                              + " one"));
      try {
        bytes = ((Codec<Object>) codec).encode(doneTopic, result);
      } catch (PayloadException bad) {
        throw new ItemFault(DeadKind.BAD_OUTCOME, String.valueOf(bad.getMessage()));
      } catch (ClassCastException wrongType) {
        throw new ItemFault(
            DeadKind.BAD_OUTCOME, "the result is of the wrong type: " + wrongType.getMessage());
      }
    }
    return checked(new ProducerRecord<>(doneTopic, null, key, bytes, headers.toKafka()));
  }

  private ProducerRecord<byte[], byte[]> checked(ProducerRecord<byte[], byte[]> out) {
    var value = out.value();
    if (value != null && value.length > limits.payloadBytesMax()) {
      throw new ItemFault(
          DeadKind.TOO_BIG,
          "output for "
              + out.topic()
              + " has "
              + value.length
              + " bytes, the limit is "
              + limits.payloadBytesMax());
    }
    return out;
  }

  private static AttemptResult<List<ProducerRecord<byte[], byte[]>>> settled(
      ProducerRecord<byte[], byte[]> one) {
    return new AttemptResult.Settled<>(new Settlement<>(List.of(one), 1, sizeOf(one)));
  }

  static long sizeOf(ProducerRecord<byte[], byte[]> out) {
    var value = out.value();
    return RECORD_OVERHEAD_BYTES + (value == null ? 0L : value.length);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
