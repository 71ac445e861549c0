package dev.phaseline.core;

/// One step of a pipeline, written by its author.
///
/// A handler may run more than once for the same item (a worker died, a partition moved), but only
/// one result of an item in a phase is ever published. What it does to the outside world must be
/// idempotent; [PhaseContext#idempotencyKey()] names the work, the same over all attempts.
///
/// Called by many virtual threads at once: a handler is thread-safe. It may block. When its attempt
/// times out, or the worker stops, its thread is interrupted.
///
/// @param <I> what the phase receives
/// @param <O> what the phase hands on
@FunctionalInterface
public interface PhaseHandler<I, O> {

  /// Handles one item once.
  ///
  /// @return what should happen next; null is the item's failure
  /// @throws Exception when the handler does not know: it spends an attempt
  Outcome<O> handle(I payload, PhaseContext context) throws Exception;
}
