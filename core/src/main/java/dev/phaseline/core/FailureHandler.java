package dev.phaseline.core;

/// Decision about an item that is about to become a dead letter, written by the pipeline's author:
/// for one phase, or for all phases of a pipeline that have none of their own.
///
/// ```java
/// Pipeline.named("orders")
///     .phase("ship", order, new Ship())
///     .onFailure(
///         SHIP,
///         (failure, context) ->
///             failure.reroutes() == 0
///                 ? Outcome.to(PACK, failure.payload().orElseThrow()) // once more from there
///                 : Outcome.compensate("can't be shipped: " + failure.reason()))
/// ```
///
/// It is called when no attempt is left, for a failure that is final by rule, after the last
/// timeout, when the handler gave the item up ([Outcome.Dead]), when the payload can't be decoded,
/// the outcome can't be used or something is too big, and after the job's deadline. It is not
/// called for an item that killed its worker's process, for records whose headers can't be read or
/// that are larger than a dead letter may be, for what a broker refuses, and while an item is being
/// compensated: these are dead letters at once.
///
/// It runs as an attempt of its own does: on a handler's thread, within the phase's timeout and
/// concurrency, and what it answers is published in the transaction that completes the item. It may
/// run more than once for one failure (a worker died), as any handler; only one answer is
/// published. Answers:
///
/// | answer | effect |
/// |---|---|
/// | [Outcome.To], [Outcome.Next], [Outcome.FanOut] | the item goes on there; attempts begin at 1 |
/// | [Outcome.Done] | the item has ended well |
/// | [Outcome.Compensate] | its finished phases are undone, the latest first |
/// | [Outcome.Suspend] | the phase is suspended, then this is called again |
/// | [Outcome.Dead] | dead letter of the kind that it would have been, with both reasons |
/// | [Outcome.RetryAfter] | not possible, the attempts are spent: dead letter that says so |
///
/// When it throws, returns null or something that can't be used, or gives no sign of life for the
/// timeout, the item becomes the dead letter that it would have been without it, whose reason names
/// both errors. A [DependencyDownException] is the same as [Outcome.Suspend].
///
/// Thread-safe: many threads call it at once.
///
/// @param <I> what the phase receives; [Object] for the handler of a pipeline
@FunctionalInterface
public interface FailureHandler<I> {

  /// Decides about one item.
  ///
  /// @throws Exception when it does not know: the item becomes a dead letter
  Outcome<?> onFailure(ItemFailure<I> failure, PhaseContext context) throws Exception;
}
