package dev.phaseline.queue.worker;

/// Result of a worker's run, in numbers of deliveries. Immutable.
///
/// @param end why the run ended
/// @param done handled, and deleted
/// @param requeued given back by the handler, by a suspension, or by the end of the run
/// @param failed handlers that failed, whose items come back
/// @param dead handlers that failed, whose items are dead letters
/// @param lost leases that were lost, and items that could not be given back: they come back by
///   themselves, so an item may have been handled and be handled again
/// @param unfinished handlers that run on after the end, deaf to their interrupt
public record WorkReport(
    End end, long done, long requeued, long failed, long dead, long lost, int unfinished) {
  /// Cause of the end of a run.
  public enum End {
    /// No item was there.
    EMPTY,
    /// The time was over.
    TIME_OVER,
    /// A handler suspended the queue.
    SUSPENDED,
    /// The worker was stopped.
    STOPPED
  }
}
