package dev.phaseline.jdbc;

import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.Outcome;
import dev.phaseline.jdbc.Work.Message;
import dev.phaseline.jdbc.Work.Ran;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// The way of an attempt from its handler's thread into a transaction and back. Thread-safe.
final class EffectRuns {
  private static final Duration POOL_WAIT = Duration.ofSeconds(3);

  private final Transactions transactions;
  private final Pace pace;
  private final LoneRun lone;
  private final GroupRun groups;
  private final Pruning pruning;
  private volatile @Nullable EffectQueue queue; // made when the database's kind is known

  EffectRuns(Transactions transactions, LongSupplier nanos) {
    this.transactions = transactions;
    this.pace = new Pace(nanos);
    this.lone = new LoneRun(transactions, pace);
    this.groups = new GroupRun(transactions, pace, nanos);
    this.pruning = new Pruning(transactions);
  }

  /// Checks the database and the pool.
  void verify(DataSource source) {
    var wanted = leadersMax();
    var got = PoolCheck.connectionsAtOnce(source, wanted, POOL_WAIT);
    if (got >= wanted) return;
    throw new DependencyDownException(
        "the data source gave "
            + got
            + " of "
            + wanted
            + " connections at once: raise the pool's size, or lower SqlOptions.withConnections");
  }

  private int leadersMax() {
    return transactions.dialect().hasOneWriter() ? 1 : transactions.options().connections();
  }

  private EffectQueue queue() {
    var made = queue;
    if (made != null) return made;
    var leaders = leadersMax(); // asks the database, so not while others wait for a lock
    synchronized (this) {
      made = queue;
      if (made == null) {
        made = new EffectQueue(leaders, transactions.options().groupMax(), pace);
        queue = made;
      }
      return made;
    }
  }

  /// The outcome of an attempt, once it is committed; null when its handler gave null.
  <O> @Nullable Outcome<O> run(Work<O> item) throws Exception {
    var line = queue();
    try {
      var group = line.enter(item);
      while (true) {
        if (group != null && group.size() == 1) return alone(item, line);
        if (group != null) lead(group, line);
        group = null;
        switch (item.told()) {
          case Message.Lead(var led) -> group = led;
          case Message.Turn turn -> item.takeTurn(turn);
          case Message.Known(var outcome) -> {
            return item.decoded(outcome);
          }
          case Message.Committed(var ran) -> {
            return outcomeOf(ran);
          }
          case Message.Again(var byItself) -> {
            item.again(byItself);
            group = line.enter(item);
          }
        }
      }
    } catch (InterruptedException interrupted) {
      withdraw(item, line);
      throw interrupted;
    }
  }

  private <O> @Nullable Outcome<O> alone(Work<O> item, EffectQueue line) throws Exception {
    try {
      var outcome = lone.run(item);
      if (!item.isAlone()) pace.gotThrough(1);
      pruning.committed(1, item.context());
      return outcome;
    } finally {
      line.leave();
    }
  }

  private void lead(List<Work<?>> group, EffectQueue line) throws InterruptedException {
    try {
      groups.run(group);
      pruning.committed(group.size(), group.getFirst().context());
    } finally {
      line.leave();
    }
  }

  @SuppressWarnings("unchecked") // an item's message has what its own handler came to
  private static <O> @Nullable Outcome<O> outcomeOf(Ran<?> ran) throws Exception {
    return switch ((Ran<O>) ran) {
      case Ran.Completed<O>(var outcome, _) -> outcome;
      case Ran.Nothing<O>(var outcome) -> outcome;
      case Ran.Threw<O>(var thrown) -> throw LoneRun.exceptionOf(thrown);
    };
  }

  /// The attempt was interrupted while it waited. If it was to lead, another one must.
  private static void withdraw(Work<?> item, EffectQueue line) {
    if (line.withdraw(item)) return;
    item.withdraw();
    for (var message = item.toldMeanwhile(); message != null; message = item.toldMeanwhile()) {
      if (!(message instanceof Message.Lead(var group))) continue;
      for (var other : group) if (other != item) other.tell(new Message.Again(false));
      line.leave();
    }
  }
}
