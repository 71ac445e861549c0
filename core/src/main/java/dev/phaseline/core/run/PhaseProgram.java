package dev.phaseline.core.run;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DeadKind;
import dev.phaseline.core.Migration;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Phase;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.engine.UserCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The program of one phase under one version of its pipeline: decodes an item, calls its handler,
/// encodes and size-checks what follows. The one place that gives outcomes, limits and failures of
/// codecs their meaning, for worker and test kit alike.
///
/// Whatever the code of others does is a [Decision]; nothing but `OutOfMemoryError` leaves it.
/// Nothing is changed by a run: no retry is counted, nothing is sent. Thread-safe.
///
/// @param <I> what the phase receives
public final class PhaseProgram<I> {
  /// A child of a child of a child has a path that is longer each time, and each record holds it.
  public static final int PATH_CHARS_MAX = 400;

  /// How long the phase waits after a codec could not reach its registry.
  private static final Duration DEPENDENCY_PAUSE = Duration.ofSeconds(1);

  private static final String ROOT = "/";

  private final Target<I> own;
  private final Reading<I> reading;
  private final int read; // the version of the payloads
  private final boolean moves;
  private final PhaseOptions.Limits limits;
  private final Routes routes;
  private final InstantSource clock;

  private PhaseProgram(Target<I> own, Incoming<I> incoming, Setting setting, Routes routes) {
    this.own = own;
    this.reading = incoming.reading();
    this.read = incoming.version();
    this.moves = incoming.moves();
    this.limits = setting.limits();
    this.routes = routes;
    this.clock = setting.clock();
  }

  /// Limits, names and time of a program. Immutable.
  ///
  /// @param limits the phase's own, or what a server has instead
  /// @param topics the pipeline's
  /// @param clock for deadlines
  public record Setting(PhaseOptions.Limits limits, Topics topics, InstantSource clock) {}

  /// Payloads that come in.
  ///
  /// @param version the version that they are of
  /// @param moves whether they come in at another phase, and are to be sent to this one's topic
  private record Incoming<I>(Reading<I> reading, int version, boolean moves) {}

  /// The program of a phase.
  ///
  /// @param pipeline one version of it
  /// @throws IllegalArgumentException when it has no such phase
  static PhaseProgram<?> of(Pipeline pipeline, String phase, Setting setting) {
    return of(pipeline.phase(phase), pipeline, setting);
  }

  private static <I> PhaseProgram<I> of(Phase<I> phase, Pipeline pipeline, Setting setting) {
    var own = target(phase, pipeline, setting);
    var incoming = new Incoming<>(Reading.own(own), pipeline.version(), false);
    return new PhaseProgram<>(own, incoming, setting, routes(phase, pipeline, setting));
  }

  /// The program for items of an older version, which are read as those of this one.
  ///
  /// @param step one of the migration's
  static PhaseProgram<?> migrating(
      Pipeline pipeline, Migration migration, Migration.Step<?, ?> step, Setting setting) {
    return migrating(pipeline.phase(step.to()), pipeline, migration, step, setting);
  }

  private static <I> PhaseProgram<I> migrating(
      Phase<I> phase,
      Pipeline pipeline,
      Migration migration,
      Migration.Step<?, ?> step,
      Setting setting) {
    var own = target(phase, pipeline, setting);
    var words =
        "the migration of pipeline '"
            + pipeline.name()
            + "' from version "
            + migration.from()
            + " to "
            + pipeline.version();
    var topic = setting.topics().phase(step.phase());
    var reading = Reading.migrated(step, topic, own, words);
    var incoming = new Incoming<>(reading, migration.from(), step.moves());
    return new PhaseProgram<>(own, incoming, setting, routes(phase, pipeline, setting));
  }

  private static <I> Target<I> target(Phase<I> phase, Pipeline pipeline, Setting setting) {
    return new Target<>(phase, setting.topics().phase(phase.name()), pipeline.version());
  }

  private static Routes routes(Phase<?> phase, Pipeline pipeline, Setting setting) {
    return new Routes(pipeline, phase.name(), setting.topics());
  }

  /// Runs one attempt on this thread.
  ///
  /// @param item the item
  /// @param out makes what leaves the phase, of this item
  /// @throws OutOfMemoryError the process's failure, not the item's
  public <E> Decision<E> run(Arrival item, Outbox<E> out) {
    try {
      checkDeadline(item);
      var payload = payload(item);
      return moves ? forward(own, payload, item, out) : handled(payload, item, out);
    } catch (ItemFault fault) {
      return new Decision.Bury<>(fault.kind(), fault.reason());
    } catch (DependencyAway away) {
      return new Decision.Suspend<>(DEPENDENCY_PAUSE, away.reason());
    }
  }

  private void checkDeadline(Arrival item) {
    var deadline = item.context().deadline();
    if (deadline.isEmpty() || !deadline.get().isBefore(clock.instant())) return;
    throw new ItemFault(DeadKind.EXPIRED, "the job's deadline " + deadline.get() + " has passed");
  }

  private I payload(Arrival item) {
    var bytes = item.payload();
    if (bytes == null) throw new ItemFault(DeadKind.UNDECODABLE, "the record has no value");
    if (bytes.length > limits.payloadBytesMax()) {
      throw new ItemFault(
          DeadKind.TOO_BIG,
          "payload has " + bytes.length + " bytes, the limit is " + limits.payloadBytesMax());
    }
    return reading.payload(bytes);
  }

  private <E> Decision<E> handled(I payload, Arrival item, Outbox<E> out) {
    var rekeyed = rekeyed(payload, item, out);
    if (rekeyed != null) return rekeyed;
    item.begins();
    var context = item.context();
    UserCode.Answer<Outcome<?>> answer =
        UserCode.call(() -> own.phase().handler().handle(payload, context));
    return switch (answer) {
      case UserCode.Answer.Threw<Outcome<?>>(var thrown) -> new Decision.Fail<>(thrown);
      case UserCode.Answer.Gave<Outcome<?>>(var outcome) -> meaning(outcome, item, out);
    };
  }

  /// The item again under the key that its phase takes from the payload; null when it has that key,
  /// or the phase takes none, or a phase wrote it, which keyed it then.
  ///
  /// Who submits need not know the phase's key function: what comes with another key or none goes
  /// round once, to the place of its own key, and is handled there, in order. It was handed on
  /// then, so it never goes round twice, whatever the function gives.
  private <E> @Nullable Decision<E> rekeyed(I payload, Arrival item, Outbox<E> out) {
    var keyBy = own.phase().keyBy();
    if (keyBy == null || item.isHandedOn()) return null;
    var key = Values.keyOf(DeadKind.UNDECODABLE, "the payload", keyBy, payload);
    return Arrays.equals(key, item.keyBytes())
        ? null
        : only(own.topic(), out.rekeyed(own, read, key), out);
  }

  private <E> Decision<E> meaning(@Nullable Outcome<?> outcome, Arrival item, Outbox<E> out) {
    return switch (outcome) {
      case null -> throw new ItemFault(DeadKind.BAD_OUTCOME, "the handler returned null");
      case Outcome.Next<?>(var value) -> next(value, item, out);
      case Outcome.To<?>(var phase, var value) -> forward(routes.named(phase), value, item, out);
      case Outcome.FanOut<?>(var values, var phase) -> fanOut(values, phase, item.context(), out);
      case Outcome.Done<?>(var result) -> end(result, out);
      case Outcome.RetryAfter<?>(var delay, var reason) -> new Decision.Retry<>(delay, reason);
      case Outcome.Dead<?>(var reason) -> new Decision.Bury<>(DeadKind.REJECTED, reason);
      case Outcome.Suspend<?>(var delay, var reason) -> new Decision.Suspend<>(delay, reason);
    };
  }

  /// Behind the last phase, the value is the job's result.
  private <E> Decision<E> next(@Nullable Object value, Arrival item, Outbox<E> out) {
    var next = routes.next();
    return next == null ? end(value, out) : forward(next, value, item, out);
  }

  private <T, E> Decision<E> forward(
      Target<T> to, @Nullable Object value, Arrival item, Outbox<E> out) {
    var typed = typed(to, value);
    var bytes = bytes(to, typed);
    var key = key(to, typed, item.keyBytes());
    return only(to.topic(), out.forward(to, key, bytes), out);
  }

  @SuppressWarnings("unchecked") // a result of another type is the handler's fault, told below
  private <E> Decision<E> end(@Nullable Object result, Outbox<E> out) {
    var topic = routes.doneTopic();
    if (result == null) return only(topic, out.end(routes.version(), null), out);
    var codec = (Codec<Object>) routes.resultCodec();
    var bytes = Values.encoded("the result", () -> codec.encode(topic, result));
    checkSize(topic, bytes);
    return only(topic, out.end(routes.version(), bytes), out);
  }

  private <E> Decision<E> fanOut(
      List<? extends Object> values, @Nullable String phase, PhaseContext parent, Outbox<E> out) {
    if (values.isEmpty()) return end(null, out);
    var to = routes.ofChildren(phase);
    if (values.size() > limits.fanOutMax()) {
      throw new ItemFault(
          DeadKind.TOO_BIG,
          "fan-out has " + values.size() + " children, the limit is " + limits.fanOutMax());
    }
    var children = new ArrayList<E>(values.size());
    var bytes = 0L;
    for (var i = 0; i < values.size(); i++) {
      var child = child(to, values.get(i), parent, i, values.size(), out);
      bytes += weighed(to.topic(), child, out);
      if (bytes > limits.fanOutBytesMax()) {
        throw new ItemFault(
            DeadKind.TOO_BIG,
            "fan-out has more than " + limits.fanOutBytesMax() + " bytes, which is the limit");
      }
      children.add(child);
    }
    return new Decision.Emit<>(children, bytes);
  }

  /// Its key is its own unless the phase takes one from the payload: children that shared their
  /// parent's would be handled one after the other.
  private <T, E> E child(
      Target<T> to, Object value, PhaseContext parent, int index, int siblings, Outbox<E> out) {
    var above = parent.path();
    var path = above.equals(ROOT) ? ROOT + index : above + '/' + index;
    if (path.length() > PATH_CHARS_MAX) {
      throw new ItemFault(
          DeadKind.TOO_BIG,
          "a child's path has "
              + path.length()
              + " characters, at most "
              + PATH_CHARS_MAX
              + " are allowed");
    }
    var typed = typed(to, value);
    var bytes = bytes(to, typed);
    var key =
        to.phase().keyBy() == null
            ? (parent.jobId() + path).getBytes(StandardCharsets.UTF_8)
            : key(to, typed, null);
    return out.child(to, path, siblings, key, bytes);
  }

  @SuppressWarnings("unchecked") // a value of another type fails in the codec, which is told there
  private static <T> T typed(Target<T> to, @Nullable Object value) {
    if (value != null) return (T) value;
    throw new ItemFault(DeadKind.BAD_OUTCOME, to.value() + " is null");
  }

  private <T> byte[] bytes(Target<T> to, T value) {
    var topic = to.topic();
    var bytes = Values.encoded(to.value(), () -> to.phase().input().encode(topic, value));
    checkSize(topic, bytes);
    return bytes;
  }

  private static <T> byte @Nullable [] key(Target<T> to, T value, byte @Nullable [] otherwise) {
    var keyBy = to.phase().keyBy();
    if (keyBy == null) return otherwise;
    return Values.keyOf(DeadKind.BAD_OUTCOME, to.value(), keyBy, value);
  }

  private void checkSize(String topic, byte[] payload) {
    if (payload.length <= limits.payloadBytesMax()) return;
    throw new ItemFault(
        DeadKind.TOO_BIG,
        "output for "
            + topic
            + " has "
            + payload.length
            + " bytes, the limit is "
            + limits.payloadBytesMax());
  }

  private static <E> Decision<E> only(String topic, E made, Outbox<E> out) {
    return new Decision.Emit<>(List.of(made), weighed(topic, made, out));
  }

  /// How many bytes it has, if its topic takes them.
  private static <E> long weighed(String topic, E made, Outbox<E> out) {
    var bytes = out.bytes(made);
    var room = out.room(topic, bytes);
    if (bytes <= room) return bytes;
    throw new ItemFault(
        DeadKind.TOO_BIG,
        "output for "
            + topic
            + " has "
            + bytes
            + " bytes with key and headers, the topic takes "
            + room);
  }
}
