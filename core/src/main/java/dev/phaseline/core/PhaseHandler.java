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
/// A thread serves one item after the other. What an attempt does to its name, its context class
/// loader, SLF4J's MDC and its interrupt flag is undone behind it; what it puts into a thread-local
/// of its own is not, and the next item finds it: take it out in a `finally`, or bind a
/// [ScopedValue], which can't be left behind. A thread for each item would be clean by itself, but
/// quick handlers would pay a quarter of their rate for it, measured.
///
/// Whatever it throws is its item's failure: an `Error`, too, and an exception whose own methods
/// throw. Only an [OutOfMemoryError] is the process's, which ends, because nothing that follows
/// could be trusted.
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
