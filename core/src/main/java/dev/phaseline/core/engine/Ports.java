package dev.phaseline.core.engine;

import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/// Dependencies of a lane, each an interface.
///
/// @param log where items come from and where results and progress go
/// @param handlers runs handlers
/// @param deadLetters writes dead letters
/// @param trials at which quarantined partitions meet, over all lanes of the process
/// @param nanos a clock that never goes back, in nanoseconds
/// @param chance dice, in [0, 1)
/// @param deferrals hands items over to the timer service
public record Ports(
    Log log,
    Handlers handlers,
    DeadLetters deadLetters,
    TrialGate trials,
    LongSupplier nanos,
    DoubleSupplier chance,
    Deferrals deferrals) {

  /// The two ends of a lane and the progress that both know.
  ///
  /// @param source the items
  /// @param sink the results
  /// @param ledger the committed progress
  public record Log(Source source, Sink sink, Ledger ledger) {
    /// A transport that is all three, as Kafka is.
    public static <T extends Source & Sink & Ledger> Log of(T transport) {
      return new Log(transport, transport, transport);
    }
  }

  /// Without a timer service: all waiting is done in the lane.
  public Ports(
      Log log,
      Handlers handlers,
      DeadLetters deadLetters,
      TrialGate trials,
      LongSupplier nanos,
      DoubleSupplier chance) {
    this(log, handlers, deadLetters, trials, nanos, chance, Deferrals.none());
  }

  Source source() {
    return log.source();
  }

  Sink sink() {
    return log.sink();
  }

  Ledger ledger() {
    return log.ledger();
  }
}
