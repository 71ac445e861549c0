/// Queues in a SQL database: PostgreSQL or SQLite, by a `DataSource` alone.
///
/// Start reading at [SqlQueueStorage]; [SqlStore] has the operations, [SqlDialect] the statements.
@NullMarked
package dev.phaseline.queue.sql;

import org.jspecify.annotations.NullMarked;
