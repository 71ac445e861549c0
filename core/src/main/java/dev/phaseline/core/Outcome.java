package dev.phaseline.core;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Result of one attempt, as decided by its handler. Exhaustive on purpose: adding a case must
/// break every `switch` that has not thought about it.
///
/// Outcomes are immutable values. A handler that throws instead of returning one says "I do not
/// know": the throw spends an attempt under the phase's [RetryPolicy].
///
/// @param <O> what the phase hands to the next one, or the pipeline's result in the last phase
public sealed interface Outcome<O> {
  /// The reason of an outcome that was given none: many exceptions, Java's own `TimeoutException`
  /// among them, have no message, and a handler that passes it on must not fail because of that.
  String NO_REASON = "no reason given";

  /// Goes on to the next phase with this value; in the last phase it is the job's result.
  ///
  /// @param <O> the value's type
  /// @param value what the next phase receives
  record Next<O>(O value) implements Outcome<O> {}

  /// Goes on to a phase chosen by name, which may be an earlier one.
  ///
  /// A name that the pipeline does not have is this item's failure: it becomes a dead letter.
  ///
  /// @param <O> the phase's ordinary output, not used here
  /// @param phase the phase's name
  /// @param value what that phase receives; its input codec must be able to encode it
  record To<O>(String phase, Object value) implements Outcome<O> {}

  /// Ends this item and starts one item for each value, all of them visible at once or none.
  ///
  /// Children are named by their place (`/0`, `/1`, ...), so a second run names the same children.
  /// With no values at all, the item is done.
  ///
  /// @param <O> the phase's ordinary output
  /// @param values one for each child, in order
  /// @param phase where the children go; the next phase when null
  record FanOut<O>(List<? extends Object> values, @Nullable String phase) implements Outcome<O> {
    public FanOut {
      values = List.copyOf(values);
    }
  }

  /// Ends the item here, whatever phases are left.
  ///
  /// @param <O> the result's type
  /// @param result kept in the `done` record, encoded by the pipeline's result codec; may be absent
  record Done<O>(@Nullable Object result) implements Outcome<O> {}

  /// Asks for another attempt no earlier than `delay` from now. It spends an attempt.
  ///
  /// @param <O> the phase's ordinary output
  /// @param delay zero or more
  /// @param reason what an operator should read; [#NO_REASON] when it is null or blank
  record RetryAfter<O>(Duration delay, String reason) implements Outcome<O> {
    public RetryAfter {
      reason = reasonOf(reason);
      if (delay.isNegative()) throw new IllegalArgumentException("delay is negative: " + delay);
    }
  }

  /// Gives the item up: it goes to dead letters, whole, with its history.
  ///
  /// @param <O> the phase's ordinary output
  /// @param reason what an operator should read; the first line is what lists group by;
  ///   [#NO_REASON] when it is null or blank
  record Dead<O>(String reason) implements Outcome<O> {
    public Dead {
      reason = reasonOf(reason);
    }
  }

  /// Suspends the phase because something that it depends on is down: it stops for `delay`, no
  /// attempt is spent, and this item is tried again when the phase comes back.
  ///
  /// @param <O> the phase's ordinary output
  /// @param delay more than zero
  /// @param reason what an operator should read; [#NO_REASON] when it is null or blank
  record Suspend<O>(Duration delay, String reason) implements Outcome<O> {
    public Suspend {
      reason = reasonOf(reason);
      if (delay.isNegative() || delay.isZero()) {
        throw new IllegalArgumentException("delay must be more than zero: " + delay);
      }
    }
  }

  /// Ends the item by undoing what it has done: the compensations of the phases that it has
  /// finished run, one after the other, the latest finished phase first. The item has ended then,
  /// as compensated. The phase that returns this is not one of them: whatever of its own work there
  /// is to undo, it undoes itself, before.
  ///
  /// @param <O> the phase's ordinary output
  /// @param reason what an operator should read; [#NO_REASON] when it is null or blank
  record Compensate<O>(String reason) implements Outcome<O> {
    public Compensate {
      reason = reasonOf(reason);
    }
  }

  /// Shorthand for [Next].
  static <O> Outcome<O> next(O value) {
    return new Next<>(value);
  }

  /// Shorthand for [To].
  static <O> Outcome<O> to(String phase, Object value) {
    return new To<>(phase, value);
  }

  /// Shorthand for [To] with a value of the type that the phase receives.
  static <O, T> Outcome<O> to(PhaseRef<T> phase, T value) {
    return new To<>(phase.name(), value);
  }

  /// Shorthand for a [FanOut] into the next phase.
  static <O> Outcome<O> fanOut(List<? extends O> values) {
    return new FanOut<>(values, null);
  }

  /// Shorthand for a [FanOut] into a phase chosen by name.
  static <O> Outcome<O> fanOut(String phase, List<? extends Object> values) {
    return new FanOut<>(values, phase);
  }

  /// Shorthand for a [FanOut] of values of the type that the chosen phase receives.
  static <O, T> Outcome<O> fanOut(PhaseRef<T> phase, List<? extends T> values) {
    return new FanOut<>(values, phase.name());
  }

  /// Shorthand for [Done] without a result.
  static <O> Outcome<O> done() {
    return new Done<>(null);
  }

  /// Shorthand for [Done] with a result.
  static <O> Outcome<O> done(Object result) {
    return new Done<>(result);
  }

  /// Shorthand for [RetryAfter].
  static <O> Outcome<O> retryAfter(Duration delay, @Nullable String reason) {
    return new RetryAfter<>(delay, reasonOf(reason));
  }

  /// Shorthand for [Dead].
  static <O> Outcome<O> dead(@Nullable String reason) {
    return new Dead<>(reasonOf(reason));
  }

  /// Shorthand for [Suspend].
  static <O> Outcome<O> suspend(Duration delay, @Nullable String reason) {
    return new Suspend<>(delay, reasonOf(reason));
  }

  /// Shorthand for [Compensate].
  static <O> Outcome<O> compensate(@Nullable String reason) {
    return new Compensate<>(reasonOf(reason));
  }

  private static String reasonOf(@Nullable String given) {
    return given == null || given.isBlank() ? NO_REASON : given;
  }
}
