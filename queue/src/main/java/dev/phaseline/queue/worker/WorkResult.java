package dev.phaseline.queue.worker;

/// Result of a delivery: the columns of a [WorkReport], and the label of its metric.
enum WorkResult {
  /// Handled, and deleted.
  DONE,
  /// Given back, as if it had not been delivered.
  REQUEUED,
  /// Failed; it comes back.
  FAILED,
  /// Failed; it is a dead letter.
  DEAD,
  /// The lease was lost, or the storage did not answer; it comes back by itself.
  LOST
}
