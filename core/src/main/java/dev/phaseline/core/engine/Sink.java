package dev.phaseline.core.engine;

import java.util.Map;

/// The output of a lane: transactions that publish settlements together with the progress that
/// makes their items complete. Every method is called by the lane's own thread.
public interface Sink {

  /// Fate of a transaction.
  sealed interface Fate {
    /// All of it is visible, for good.
    record Done() implements Fate {}

    /// None of it is visible, nor ever will be.
    ///
    /// @param reason for the operator
    record Aborted(String reason) implements Fate {}

    /// None of it is visible, nor will be while these items are part of it: one of their records is
    /// not taken.
    ///
    /// @param kind what it is about them
    /// @param items which ones, by their places in the batch, and why; empty when that can't be
    ///   told and it may be any of them
    /// @param reason for the operator
    record Refused(Failure.Kind kind, Map<Integer, String> items, String reason) implements Fate {}

    /// One or the other; [Sink#recover] and then [Ledger#committed] tell.
    ///
    /// @param reason for the operator
    record Unknown(String reason) implements Fate {}
  }

  /// Publishes the batch in one transaction: outputs and progress, or neither.
  Fate publish(Batch batch);

  /// Called once it is known what became of a batch that was published, at once or by
  /// [Ledger#committed]: for meters. Most sinks have no use for it.
  default void known(Batch batch, boolean happened) {}

  /// After an unknown fate: ends the batch's transaction for good, one way or the other.
  ///
  /// @return false when that can't be done yet; the lane asks again
  boolean recover(Batch batch);
}
