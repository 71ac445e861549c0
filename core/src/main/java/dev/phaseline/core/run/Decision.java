package dev.phaseline.core.run;

import dev.phaseline.core.DeadKind;
import dev.phaseline.core.engine.Thrown;
import java.time.Duration;
import java.util.List;

/// The meaning of one attempt: what becomes of the item, before any policy of retries is asked.
/// Exhaustive on purpose: a transport that has not thought about a case does not compile.
/// Immutable.
///
/// @param <E> what a transport makes of a value that leaves the phase
public sealed interface Decision<E> {

  /// The item is complete in this phase: it goes on, as one or several, or has ended well.
  ///
  /// @param <E> what a transport makes of a value that leaves the phase
  /// @param emissions at least one, in order; all of them are published or none; not changed later
  /// @param bytes how many they have together, as the transport counts
  record Emit<E>(List<E> emissions, long bytes) implements Decision<E> {}

  /// The item is given up, whatever attempts are left.
  ///
  /// @param <E> what would have left the phase
  /// @param kind why
  /// @param reason why, for an operator
  record Bury<E>(DeadKind kind, String reason) implements Decision<E> {}

  /// The handler threw: the retry policy decides.
  ///
  /// @param <E> what would have left the phase
  /// @param thrown what it threw, as data
  record Fail<E>(Thrown thrown) implements Decision<E> {}

  /// The handler asked for another attempt, which spends this one.
  ///
  /// @param <E> what would have left the phase
  /// @param delay no earlier than this from now; zero or more
  /// @param reason for an operator
  record Retry<E>(Duration delay, String reason) implements Decision<E> {}

  /// A dependency is down: the phase waits, and the attempt does not count.
  ///
  /// @param <E> what would have left the phase
  /// @param delay from now; more than zero
  /// @param reason for an operator
  record Suspend<E>(Duration delay, String reason) implements Decision<E> {}

  /// The item can't be handled in this process, but in others: it waits, and no attempt counts.
  ///
  /// @param <E> what would have left the phase
  /// @param version the version of the pipeline that the item is of
  /// @param reason for an operator
  record Leave<E>(int version, String reason) implements Decision<E> {}
}
