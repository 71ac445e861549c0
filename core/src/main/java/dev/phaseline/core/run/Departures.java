package dev.phaseline.core.run;

import dev.phaseline.core.DeadKind;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Departure of items from one phase: what an outcome asks for, encoded, keyed and size-checked.
/// Immutable, so thread-safe.
///
/// @param own the phase
/// @param read the version of the payloads that come in
/// @param payloads bytes of what goes out
record Departures(Target<?> own, int read, Payloads payloads) {
  private static final String ROOT = "/";

  private Routes routes() {
    return payloads.routes();
  }

  /// An item on its way out of the phase.
  ///
  /// @param failed whether a failure handler has decided: the phase is not finished then
  private record Departure<E>(Arrival item, EmissionFactory<E> out, boolean failed) {}

  /// The saga of an item that goes on to a phase.
  private Saga sagaOf(Departure<?> leaving) {
    var saga = leaving.item().saga();
    if (leaving.failed()) return saga.rerouted();
    var payload = leaving.item().payload();
    if (own.phase().recovery().compensation() == null || payload == null) return saga;
    return saga.withFinished(own.phase().name(), read, leaving.item().keyBytes(), payload);
  }

  /// The meaning of an outcome.
  ///
  /// @param failed whether a failure handler has decided
  /// @throws ItemFault when it can't be used
  /// @throws DependencyAway when that can't be told now
  <E> Decision<E> meaning(
      @Nullable Outcome<?> outcome, Arrival item, EmissionFactory<E> out, boolean failed) {
    var leaving = new Departure<>(item, out, failed);
    return switch (outcome) {
      case null -> throw new ItemFault(DeadKind.BAD_OUTCOME, "the handler returned null");
      case Outcome.Next<?>(var value) -> next(value, leaving);
      case Outcome.To<?>(var phase, var value) -> forward(routes().named(phase), value, leaving);
      case Outcome.FanOut<?>(var values, var phase) -> fanOut(values, phase, item.context(), out);
      case Outcome.Done<?>(var result) -> end(result, out);
      case Outcome.Compensate<?>(var reason) ->
          undoNext(item.saga().compensating(own.phase().name(), reason), out);
      case Outcome.RetryAfter<?>(var delay, var reason) -> new Decision.Retry<>(delay, reason);
      case Outcome.Dead<?>(var reason) -> new Decision.Bury<>(DeadKind.REJECTED, reason);
      case Outcome.Suspend<?>(var delay, var reason) -> new Decision.Suspend<>(delay, reason);
    };
  }

  /// Behind the last phase, the value is the job's result.
  private <E> Decision<E> next(@Nullable Object value, Departure<E> leaving) {
    var next = routes().next();
    return next == null ? end(value, leaving.out()) : forward(next, value, leaving);
  }

  /// The item going to the topic of its own phase: it came in at that of another, as an item of an
  /// older version.
  <T, E> Decision<E> moved(Target<T> to, T payload, Arrival item, EmissionFactory<E> out) {
    var bytes = payloads.of(to, payload);
    var key = Payloads.key(to, payload, item.keyBytes());
    return only(to.topic(), out.forward(to, key, bytes, item.saga()), out);
  }

  private <T, E> Decision<E> forward(Target<T> to, @Nullable Object value, Departure<E> leaving) {
    var typed = Payloads.typed(to, value);
    var bytes = payloads.of(to, typed);
    var key = Payloads.key(to, typed, leaving.item().keyBytes());
    var out = leaving.out();
    return only(to.topic(), out.forward(to, key, bytes, sagaOf(leaving)), out);
  }

  private <E> Decision<E> end(@Nullable Object result, EmissionFactory<E> out) {
    var bytes = payloads.ofResult(result);
    return only(routes().doneTopic(), out.end(routes().version(), bytes), out);
  }

  private <E> Decision<E> fanOut(
      List<? extends Object> values,
      @Nullable String phase,
      PhaseContext parent,
      EmissionFactory<E> out) {
    if (values.isEmpty()) return end(null, out);
    var to = routes().ofChildren(phase);
    payloads.checkChildren(values);
    var children = new ArrayList<E>(values.size());
    var bytes = 0L;
    for (var i = 0; i < values.size(); i++) {
      var child = child(to, values.get(i), parent, i, values.size(), out);
      bytes += weighed(to.topic(), child, out);
      payloads.checkChildren(bytes);
      children.add(child);
    }
    return new Decision.Emit<>(children, bytes);
  }

  /// Its key is its own unless the phase takes one from the payload: children that shared their
  /// parent's would be handled one after the other.
  private <T, E> E child(
      Target<T> to,
      Object value,
      PhaseContext parent,
      int index,
      int siblings,
      EmissionFactory<E> out) {
    var above = parent.path();
    var path = above.equals(ROOT) ? ROOT + index : above + '/' + index;
    if (path.length() > PhaseProgram.PATH_CHARS_MAX) {
      throw new ItemFault(
          DeadKind.TOO_BIG,
          "a child's path has "
              + path.length()
              + " characters, at most "
              + PhaseProgram.PATH_CHARS_MAX
              + " are allowed");
    }
    var typed = Payloads.typed(to, value);
    var bytes = payloads.of(to, typed);
    var key =
        to.phase().keyBy() == null
            ? (parent.jobId() + path).getBytes(StandardCharsets.UTF_8)
            : Payloads.key(to, typed, null);
    return out.child(to, path, siblings, key, bytes);
  }

  static <E> Decision<E> only(String topic, E made, EmissionFactory<E> out) {
    return new Decision.Emit<>(List.of(made), weighed(topic, made, out));
  }

  /// Number of its bytes, if its topic takes them.
  private static <E> long weighed(String topic, E made, EmissionFactory<E> out) {
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

  /// The item going on to the phase that is undone next, or its end.
  <E> Decision<E> undoNext(Saga saga, EmissionFactory<E> out) {
    var next = saga.last();
    if (next == null)
      return only(routes().doneTopic(), out.compensated(routes().version(), saga), out);
    var to = routes().toUndo(next.phase(), next.version());
    return only(to.topic(), out.forward(to, next.key(), next.payload(), saga.withoutLast()), out);
  }
}
