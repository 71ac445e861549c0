/// Jobs submitted in the transactions of a SQL database, and their way into Kafka, exactly once.
///
/// Start reading at [Outbox], which writes rows, and [OutboxRelay], which publishes them.
/// [RelayLoop] opens sessions and [Leadership] is one session's work: [OutboxTable] has the rows,
/// [RelayTable] the relay's own row, [Publisher] Kafka's transactions and [PositionReader] what
/// they said last.
@NullMarked
package dev.phaseline.outbox;

import org.jspecify.annotations.NullMarked;
