package dev.phaseline.jdbc;

import dev.phaseline.core.PhaseContext;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Removal of old rows beside the work: after so many items, up to twice as many rows are removed,
/// in a transaction of their own. So the table does not grow faster than it is pruned, and no time
/// of day has a burst of it. Thread-safe.
final class Pruning {
  private static final int EVERY_ITEMS = 1_000;

  private final Transactions transactions;
  private final AtomicInteger since = new AtomicInteger();
  private final AtomicReference<@Nullable String> refused = new AtomicReference<>();

  Pruning(Transactions transactions) {
    this.transactions = transactions;
  }

  /// Notes that items are committed, and prunes when it is time and safe.
  ///
  /// @param context of one of the items
  void committed(int items, PhaseContext context) {
    var rule = transactions.options().pruning();
    if (rule == null || since.addAndGet(items) < EVERY_ITEMS) return;
    since.set(0);
    var refusal = rule.refusal(context.retention());
    if (!Objects.equals(refusal, refused.getAndSet(refusal)) && refusal != null) {
      context.logger().log(System.Logger.Level.WARNING, refusal);
    }
    if (refusal != null) return;
    var before = transactions.nowMs() - rule.keep().toMillis();
    try (var transaction = transactions.begin()) {
      EffectTable.prune(transaction.connection(), transactions.dialect(), before, 2 * EVERY_ITEMS);
      transaction.commit();
    } catch (SQLException later) {
      // the rows are still there the next time
    }
  }
}
