package dev.phaseline.testkit.sim;

import dev.phaseline.core.engine.Batch;
import dev.phaseline.core.engine.Failure;
import dev.phaseline.core.engine.Sink;
import java.util.Collection;

/// An invariant as an object: it watches a history and throws a [Violation] when it doesn't hold.
/// What it is told is the simulation's own truth, never what the engine says about itself.
interface Guarantee {
  /// The name in reports.
  String name();

  /// A record was handed to a lane.
  default void delivered(Tenure.Course course) {}

  /// A handler has started.
  default void started(Tenure.Run run) {}

  /// A handler has reported its result.
  default void posted(Tenure.Run run) {}

  /// The lane has taken a result in.
  default void drained(Tenure.Run run) {}

  /// The lane has given a run up.
  default void abandoned(Tenure.Run run) {}

  /// The lane has made an item a dead letter.
  default void dead(Tenure.Course course, Failure.Kind kind) {}

  /// The lane has handed an item over to the timer service.
  default void deferred(Tenure.Course course, long delayNanos) {}

  /// A lane asks for a commit.
  default void publishing(SimLane lane, Batch batch) {}

  /// Called with the answer to a commit.
  default void answered(SimLane lane, Batch batch, Sink.Fate fate) {}

  /// Called when the fate of a commit was read back, or could not be.
  default void recovered(SimLane lane, Batch batch, boolean known) {}

  /// A transaction is decided: from here on it is part of the log.
  default void decided(SimTransactions.Transaction transaction) {}

  /// Partitions are about to be taken away in order.
  default void revoking(SimLane lane, Collection<Tenure> tenures) {}

  /// Called when partitions are gone.
  default void revoked(SimLane lane, Collection<Tenure> tenures) {}

  /// A partition has gone without a word.
  default void lost(Tenure tenure) {}

  /// A process dies, with everything in it.
  default void died(SimProcess process) {}

  /// A poison that runs where it should is about to take its process down.
  default void killed(Tenure.Run run) {}

  /// A lane says how much waits for publication.
  default void turned(SimLane lane) {}

  /// The history is over: nothing is left to do.
  default void ended() {}

  /// Says that it doesn't hold.
  default Violation broken(String message) {
    return new Violation(name(), message);
  }
}
