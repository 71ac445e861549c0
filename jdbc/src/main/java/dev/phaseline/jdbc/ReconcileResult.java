package dev.phaseline.jdbc;

import java.util.Locale;

/// Result of the end of a full run.
public sealed interface ReconcileResult {
  /// The table has no row any more that the run did not see.
  ///
  /// @param rows that the table had, not counting those that are kept as deleted
  /// @param deleted how many of them this call has deleted
  record Finished(long rows, long deleted) implements ReconcileResult {}

  /// Nothing was deleted, because the run is not complete.
  ///
  /// @param reason from its [RunEnd]
  record Incomplete(String reason) implements ReconcileResult {}

  /// Nothing was deleted, because it would have been more than is allowed. If it became too many
  /// while others inserted old rows, some of them were. [#message()] is for an operator.
  ///
  /// @param table the table
  /// @param revision the run's
  /// @param rows that the table has, not counting those that are kept as deleted
  /// @param unseen how many of them the run did not see
  /// @param rowsMax how many may be deleted without an approval, or with the one that was given
  record Refused(String table, long revision, long rows, long unseen, long rowsMax)
      implements ReconcileResult {

    /// The refusal and its remedy, in a sentence.
    public String message() {
      return String.format(
          Locale.ROOT,
          "the full run of %s at revision %d did not see %,d of its %,d rows, and may delete %,d:"
              + " find out whether the source listed all of them, then list it again, or end this"
              + " run with Reconciliation.approving(%d)",
          table,
          revision,
          unseen,
          rows,
          rowsMax,
          unseen);
    }
  }

  /// The counts of a run that is finished.
  ///
  /// @throws IllegalStateException when it was refused or is not complete, with the reason
  default Finished orThrow() {
    return switch (this) {
      case Finished finished -> finished;
      case Incomplete(var reason) ->
          throw new IllegalStateException("the full run is not complete: " + reason);
      case Refused refused -> throw new IllegalStateException(refused.message());
    };
  }
}
