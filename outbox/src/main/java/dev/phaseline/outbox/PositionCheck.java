package dev.phaseline.outbox;

import dev.phaseline.schemas.control.OutboxState;
import java.util.List;
import java.util.Optional;

/// Comparison of the database's last batch with the position in Kafka, at the beginning of a term.
/// Pure.
final class PositionCheck {
  private static final String ADOPT =
      "; when it is clear which rows were published, delete those, and start the relay with --adopt"
          + " (RelayConfig.adopting()), which publishes the rest";

  private PositionCheck() {}

  /// The rows that were published and are not deleted yet: those of the batch after the database's
  /// last one. Empty when the database is up to date.
  ///
  /// @param topic the topic of the position, for messages
  /// @throws UnusableOutboxException when the two do not belong together
  static Optional<List<Long>> publishedRows(
      RelayTable.Row row, Optional<OutboxState> position, String topic) {
    if (position.isEmpty()) {
      if (row.batch() == 0) return Optional.empty();
      throw new UnusableOutboxException(
          "the database has batch "
              + row.batch()
              + " of this outbox and "
              + topic
              + " has no position of it: was the topic deleted, or is this another cluster?"
              + ADOPT);
    }
    var state = position.get();
    if (!state.table().equals(row.tableId())) {
      throw new UnusableOutboxException(
          "the position in "
              + topic
              + " belongs to other tables than this database's: each database has an outbox of its"
              + " own name; if the tables were made anew,"
              + ADOPT.substring(1));
    }
    if (state.batch() == row.batch()) return Optional.empty();
    if (state.batch() == row.batch() + 1) return Optional.of(rows(state));
    throw new UnusableOutboxException(
        "the database has batch "
            + row.batch()
            + " of this outbox and "
            + topic
            + " has batch "
            + state.batch()
            + ": was the database restored, or has it lost transactions in a failover? Rows that"
            + " were published may be there again"
            + ADOPT);
  }

  private static List<Long> rows(OutboxState state) {
    try {
      return RowIds.read(state.rows());
    } catch (IllegalArgumentException damaged) {
      throw new UnusableOutboxException(
          "the position of batch " + state.batch() + " has row ids that can't be read" + ADOPT);
    }
  }
}
