package dev.phaseline.producer;

/// A job is in Kafka: acknowledged by all replicas that must have it. In a caller's transaction it
/// is there only if that commits.
///
/// @param jobId the job's id, given or derived
/// @param topic the input of the job's first phase; of a job for later, the timers
/// @param partition where in the topic
/// @param offset where in the partition
/// @param scheduler whether anything fires timers, for a job for later
public record JobReceipt(
    String jobId, String topic, int partition, long offset, Scheduler scheduler) {

  /// State of schedulers at that moment. A job for later starts when one runs, and not before.
  public enum Scheduler {
    /// The job is in its first phase.
    NOT_NEEDED,
    /// One runs.
    RUNS,
    /// None runs: the job waits until one is started.
    MISSING,
    /// Brokers did not tell, or the producer is the caller's.
    UNKNOWN
  }

  /// Receipt of a job that needs no scheduler.
  public JobReceipt(String jobId, String topic, int partition, long offset) {
    this(jobId, topic, partition, offset, Scheduler.NOT_NEEDED);
  }

  JobReceipt with(Scheduler known) {
    return new JobReceipt(jobId, topic, partition, offset, known);
  }
}
