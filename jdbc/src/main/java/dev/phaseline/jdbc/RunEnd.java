package dev.phaseline.jdbc;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// End of a full run, as its caller learned it: whether every row that the source listed has been
/// handled. A [Reconciliation] deletes nothing without that, because a row whose item failed looks
/// like one that the source no longer has.
///
/// The end of a job is a record of the topic `<ns>.jobs`, of which [#of] takes three fields. It is
/// the caller's, since this module reads no topics. Immutable.
///
/// @param failure why the run is not complete; null when it is
public record RunEnd(@Nullable String failure) {
  /// The end of a run of which each item has ended well.
  public static final RunEnd COMPLETE = new RunEnd(null);

  private static final String DONE = "done";

  /// The end of a run that is not complete.
  ///
  /// @param reason for operators
  public static RunEnd incomplete(String reason) {
    return new RunEnd(Objects.requireNonNull(reason, "reason is null"));
  }

  /// The end of a job.
  ///
  /// @param job its id
  /// @param state `done`, `dead`, `cancelled` or `compensated`; only the first is complete
  /// @param dead how many of its items are dead letters
  public static RunEnd of(String job, String state, long dead) {
    if (DONE.equals(state) && dead == 0) return COMPLETE;
    return incomplete("job " + job + " has ended as " + state + ", with " + dead + " dead letters");
  }

  /// The end of a run that has this job, and another one.
  public RunEnd and(RunEnd another) {
    return isComplete() ? another : this;
  }

  /// Whether each item has ended well.
  public boolean isComplete() {
    return failure == null;
  }
}
