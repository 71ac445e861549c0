package dev.phaseline.core.run;

import dev.phaseline.core.FailedAttempt;
import dev.phaseline.core.PhaseContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An item that has come into a phase, as its transport holds it, for one attempt. Used by the
/// thread that runs the attempt.
public interface Arrival {
  /// The payload's bytes; null when the record has none. Not changed.
  byte @Nullable [] payload();

  /// The ordering key that it came with; null when it has none. Not changed.
  byte @Nullable [] keyBytes();

  /// Whether a phase wrote it, which gave it its key then; otherwise it was submitted.
  boolean isHandedOn();

  /// The version of the pipeline that its record names; 0 when it names none.
  int version();

  /// The saga that travels with it.
  Saga saga();

  /// The failed attempts at it in this phase, in order.
  List<FailedAttempt> history();

  /// The handler's view of it, and of the attempt: always the same object.
  PhaseContext context();

  /// The handler is called next: the item stays in this phase for its attempt. Must not throw.
  void begins();
}
