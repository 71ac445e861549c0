/// Effects in a SQL database, exactly once.
///
/// Start reading at [SqlPhase]. [EffectQueue] divides items among transactions, [LoneRun] and
/// [GroupRun] carry them out, [EffectTable] has the rows, [SqlDialect] the statements and
/// [SqlFailures] the meanings of errors. Tables that mirror a source begin at [SyncTable]: a
/// [SyncWriter] carries out its changes, a [Reconciliation] its full runs.
@NullMarked
package dev.phaseline.jdbc;

import org.jspecify.annotations.NullMarked;
