package dev.phaseline.testkit;

import dev.phaseline.core.DeadKind;
import java.util.List;

/// An item that ended in failure. Immutable.
///
/// @param phase the phase that gave up
/// @param jobId the job
/// @param path the item's place in its job, `/` for the first
/// @param kind why, as in the header of a worker's dead letter
/// @param reason in words
/// @param attempts how many attempts that phase took
/// @param history what went wrong each time, in order
public record DeadLetter(
    String phase,
    String jobId,
    String path,
    DeadKind kind,
    String reason,
    int attempts,
    List<String> history) {

  public DeadLetter {
    history = List.copyOf(history);
  }
}
