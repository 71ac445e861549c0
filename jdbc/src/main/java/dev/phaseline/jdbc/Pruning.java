package dev.phaseline.jdbc;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/// Removal of old rows beside the work: after so many items, up to twice as many rows are removed,
/// in a transaction of their own. So the table does not grow faster than it is pruned, and no time
/// of day has a burst of it. Thread-safe.
final class Pruning {
  private static final int EVERY_ITEMS = 1_000;

  private final Transactions transactions;
  private final AtomicInteger since = new AtomicInteger();

  Pruning(Transactions transactions) {
    this.transactions = transactions;
  }

  /// Notes that items are committed, and prunes when it is time.
  void committed(int items) {
    var rule = transactions.options().pruning();
    if (rule == null || since.addAndGet(items) < EVERY_ITEMS) return;
    since.set(0);
    var before = transactions.nowMs() - rule.keep().toMillis();
    try (var transaction = transactions.begin()) {
      EffectTable.prune(transaction.connection(), transactions.dialect(), before, 2 * EVERY_ITEMS);
      transaction.commit();
    } catch (SQLException later) {
      // the rows are still there the next time
    }
  }
}
