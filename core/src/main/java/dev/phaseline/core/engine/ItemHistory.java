package dev.phaseline.core.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An item and the attempts that it had, as those see them who write its dead letter, its timer or
/// its end. Called by the lane's thread, and only during the call that hands it out: the item goes
/// on afterwards.
public interface ItemHistory {
  /// The record as its source delivered it.
  Item item();

  /// The attempt that runs or comes next, from 1.
  int attempt();

  /// The failed attempts in this lane so far, in order: the first and the last ones.
  List<Failure> failures();

  /// Number of failed attempts that [#failures()] leaves out, behind the first few.
  int failuresOmitted();

  /// The failure that its failure handler was asked about and has not decided; null when there is
  /// none.
  @Nullable LastFailure lastFailure();

  /// Start of the item's first attempt in this phase that counts, by the lane's clock.
  ///
  /// @param otherwise when none did
  long firstStartNanos(long otherwise);
}
