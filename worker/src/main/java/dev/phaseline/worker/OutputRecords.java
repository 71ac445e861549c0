package dev.phaseline.worker;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.Phase;
import dev.phaseline.core.engine.UserCode;
import dev.phaseline.schemas.DeadKind;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.TopicNames;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Makes the records that an outcome asks for: encoded, addressed, size-checked. What can't be made
/// is the item's fault. Thread-safe.
final class OutputRecords {
  private final Placement placement;
  private final TopicWatch watch;
  private final Map<String, Target<?>> targets;
  private final @Nullable Target<?> next;
  private final String doneTopic;

  /// A phase and its topic. Looked up once: names are checked and joined for each item otherwise.
  ///
  /// @param <I> what the phase receives
  /// @param phase the phase
  /// @param topic its input
  /// @param what what its value is called when something is wrong with it
  record Target<I>(Phase<I> phase, String topic, String what) {
    Target(Phase<I> phase, String topic) {
      this(phase, topic, "the value for phase '" + phase.name() + "'");
    }
  }

  /// A record and its size, which is worth counting only once.
  ///
  /// @param record what is to be sent
  /// @param bytes what it weighs: [RecordSizes]
  record Sized(ProducerRecord<byte[], byte[]> record, long bytes) {}

  OutputRecords(Placement placement, TopicNames topics, TopicWatch watch) {
    this.placement = placement;
    this.watch = watch;
    var pipeline = placement.pipeline();
    var byName = new HashMap<String, Target<?>>();
    for (var each : pipeline.phases()) {
      byName.put(each.name(), new Target<>(each, topics.phase(pipeline.name(), each.name())));
    }
    this.targets = Map.copyOf(byName);
    this.next =
        pipeline.after(placement.phase()).map(after -> targets.get(after.name())).orElse(null);
    this.doneTopic = topics.done(pipeline.name());
  }

  /// The phase that a fan-out goes to: the next one when it names none.
  Target<?> childrensTarget(@Nullable String name) {
    if (name != null) return target(name);
    if (next != null) return next;
    throw new ItemFault(DeadKind.BAD_OUTCOME, "a fan-out in the last phase names no phase");
  }

  /// The phase of this name. None is not the next one: a name that was looked up and not found
  /// would send the item somewhere else than its handler meant.
  Target<?> target(@Nullable String name) {
    var target = name == null ? null : targets.get(name);
    if (target != null) return target;
    throw new ItemFault(
        DeadKind.BAD_OUTCOME,
        "the handler chose "
            + (name == null ? "no phase" : "phase '" + name + "'")
            + ", but there are "
            + placement.pipeline().phaseNames());
  }

  /// The item going on to the phase after this one, or to `done` behind the last.
  Sized next(ConsumerRecord<byte[], byte[]> from, ItemHeaders headers, @Nullable Object value) {
    return next == null ? done(from, headers, value) : to(next, from, headers, value);
  }

  /// The item going on to this phase.
  Sized to(
      Target<?> target,
      ConsumerRecord<byte[], byte[]> from,
      ItemHeaders headers,
      @Nullable Object value) {
    var out = forPhase(target, value, from.key());
    carryOn(from, headers, out);
    return checked(out);
  }

  /// The record again under the key that its phase takes from the payload; null when it has that
  /// key, or the phase takes none, or a worker wrote the record, which keyed it then.
  ///
  /// Who submits need not know the phase's key function: what comes with another key or none goes
  /// round once, to the partition of its own key, and is handled there, in order. It names this
  /// record as its parent, so it never goes round twice, whatever the function gives then.
  <I> @Nullable Sized keyedOnArrival(
      Phase<I> phase, I payload, ConsumerRecord<byte[], byte[]> from, ItemHeaders headers) {
    var keyBy = phase.keyBy();
    if (keyBy == null || from.headers().lastHeader(HeaderNames.PARENT) != null) return null;
    var key = keyOf(DeadKind.UNDECODABLE, "the payload", keyBy, payload);
    if (Arrays.equals(key, from.key())) return null;
    var out = new ProducerRecord<>(from.topic(), key, from.value());
    carryOn(from, headers, out);
    if (headers.job().submitted() == null && from.timestamp() >= 0) {
      // later, the record's own time is that of this hop
      var submitted = Instant.ofEpochMilli(from.timestamp()).toString();
      out.headers().add(HeaderNames.SUBMITTED, utf8(submitted));
    }
    return checked(out);
  }

  /// One of the children that the item is split into. Its key is its own unless the phase takes one
  /// from the payload: children that shared their parent's would be handled one after the other.
  Sized child(
      Target<?> target,
      ConsumerRecord<byte[], byte[]> from,
      ItemHeaders headers,
      List<? extends Object> values,
      int index) {
    var child = childOf(from, headers, values.size(), index);
    var out = forPhase(target, values.get(index), utf8(child.itemId()));
    child.addTo(out.headers());
    ForeignHeaders.copy(from.headers(), out.headers());
    return checked(out);
  }

  private ItemHeaders childOf(
      ConsumerRecord<byte[], byte[]> from, ItemHeaders headers, int count, int index) {
    try {
      return headers.forChild(index, count, parent(from));
    } catch (IllegalArgumentException tooDeep) { // its path is too long to be kept
      throw new ItemFault(DeadKind.TOO_BIG, "a child's " + tooDeep.getMessage());
    }
  }

  /// The item's end, with its result if it has one.
  @SuppressWarnings("unchecked") // a result of another type is the handler's fault, told below
  Sized done(ConsumerRecord<byte[], byte[]> from, ItemHeaders headers, @Nullable Object result) {
    byte[] bytes = null;
    if (result != null) {
      var codec = (Codec<Object>) resultCodec();
      bytes = encoded("the result", () -> codec.encode(doneTopic, result));
    }
    var out = new ProducerRecord<>(doneTopic, from.key(), bytes);
    carryOn(from, headers, out);
    return checked(out);
  }

  private void carryOn(
      ConsumerRecord<byte[], byte[]> from,
      ItemHeaders headers,
      ProducerRecord<byte[], byte[]> out) {
    if (!ForeignHeaders.carryOn(from.headers(), out.headers())) {
      out.headers().add(HeaderNames.JOB, utf8(headers.jobId())); // it was the record's place
    }
    out.headers().add(HeaderNames.PARENT, utf8(parent(from)));
  }

  private Codec<?> resultCodec() {
    return placement
        .pipeline()
        .result()
        .orElseThrow(
            () ->
                new ItemFault(
                    DeadKind.BAD_OUTCOME,
                    "the handler returned a result, but the pipeline declares no codec for one"));
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // what does not fit is the handler's fault
  private <I> ProducerRecord<byte[], byte[]> forPhase(
      Target<I> target, @Nullable Object value, byte @Nullable [] key) {
    var topic = target.topic();
    var what = target.what();
    if (value == null) throw new ItemFault(DeadKind.BAD_OUTCOME, what + " is null");
    var typed = (I) value;
    var bytes = encoded(what, () -> target.phase().input().encode(topic, typed));
    var keyBy = target.phase().keyBy();
    if (keyBy == null) return new ProducerRecord<>(topic, key, bytes);
    return new ProducerRecord<>(topic, keyOf(DeadKind.BAD_OUTCOME, what, keyBy, typed), bytes);
  }

  /// The key that a phase takes from its payload; null when the payload has none, which means that
  /// the item is in order with no other.
  private static <I> byte @Nullable [] keyOf(
      DeadKind otherwise, String what, Function<? super I, @Nullable String> keyBy, I payload) {
    return made(
        otherwise,
        "the key of " + what,
        () -> {
          var key = keyBy.apply(payload);
          return key == null ? null : Codec.text().encode("", key); // which patches nothing
        });
  }

  /// Whatever a codec or a key function does wrong concerns this item alone.
  private static <T> @Nullable T made(
      DeadKind otherwise, String what, Callable<? extends @Nullable T> maker) {
    UserCode.Answer<T> answer = UserCode.call(maker);
    return switch (answer) {
      case UserCode.Answer.Gave<T>(var product) -> product;
      case UserCode.Answer.Threw<T>(var thrown) -> {
        var words = thrown.message();
        if (thrown.is(DependencyDownException.class)) {
          throw new DependencyDownException(words, null);
        }
        throw new ItemFault(
            otherwise,
            thrown.is(PayloadException.class)
                ? words
                : thrown.is(ClassCastException.class)
                    ? what + " is of the wrong type: " + words
                    : what + " can't be encoded: " + thrown.inWords());
      }
    };
  }

  private static byte[] encoded(String what, Callable<byte @Nullable []> maker) {
    var bytes = made(DeadKind.BAD_OUTCOME, what, maker);
    if (bytes == null) throw new ItemFault(DeadKind.BAD_OUTCOME, what + " was encoded as null");
    return bytes;
  }

  private Sized checked(ProducerRecord<byte[], byte[]> out) {
    var value = out.value();
    var payloadMax = placement.options().limits().payloadBytesMax();
    if (value != null && value.length > payloadMax) {
      throw new ItemFault(
          DeadKind.TOO_BIG,
          "output for "
              + out.topic()
              + " has "
              + value.length
              + " bytes, the limit is "
              + payloadMax);
    }
    var size = RecordSizes.of(out);
    var topicMax = watch.limits().of(out.topic());
    if (size > topicMax) topicMax = watch.freshLimits().of(out.topic()); // it may have been raised
    if (size > topicMax) {
      throw new ItemFault(
          DeadKind.TOO_BIG,
          "output for "
              + out.topic()
              + " has "
              + size
              + " bytes with key and headers, the topic takes "
              + topicMax);
    }
    return new Sized(out, size);
  }

  private String parent(ConsumerRecord<byte[], byte[]> from) {
    return placement.phase() + '/' + from.partition() + '/' + from.offset();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
