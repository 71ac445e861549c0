package dev.phaseline.ops.console;

import dev.phaseline.ops.transactions.OpenTransaction;
import dev.phaseline.ops.transactions.OpenTransactions;

/// The open transactions that the console shows: those of a cluster, or a test's. What the methods
/// do, promise and throw is said by [OpenTransactions]. Thread-safe.
public interface TransactionSource {
  /// All that hide something now, and the places that did not answer.
  OpenTransactions.Found find();

  /// Takes back what a hanging one wrote, also where that may lose results.
  void abortAnyway(OpenTransaction hanging);
}
