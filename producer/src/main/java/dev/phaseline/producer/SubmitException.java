package dev.phaseline.producer;

import org.jspecify.annotations.Nullable;

/// A job was not, or perhaps not, submitted; [#failure] says which and why, as a type.
public final class SubmitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient SubmitFailure failure;
  private final @Nullable String jobId;

  SubmitException(@Nullable String jobId, SubmitFailure failure, @Nullable Throwable cause) {
    super(
        jobId == null
            ? "job not submitted: " + failure.message()
            : "job '" + jobId + "' not submitted: " + failure.message(),
        cause);
    this.failure = failure;
    this.jobId = jobId;
  }

  /// The reason.
  public SubmitFailure failure() {
    return failure;
  }

  /// The job's id; null when it was to be derived and it did not come to that.
  public @Nullable String jobId() {
    return jobId;
  }
}
