package dev.phaseline.queue.sql;

import static dev.phaseline.queue.sql.SqlCalls.bind;
import static dev.phaseline.queue.sql.SqlCalls.update;

import dev.phaseline.queue.Claim;
import dev.phaseline.queue.QueueCount;
import dev.phaseline.queue.QueueException;
import dev.phaseline.queue.QueueStore;
import dev.phaseline.queue.UnknownQueueException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A consumer's way to the items of one queue in a database. Thread-safe.
///
/// A claim is held by the row's number and its count of claims, so a former holder's statement
/// finds no row when another has the item. When a statement finds none, the queue is looked for: it
/// may be gone.
final class SqlStore implements QueueStore {
  private static final Logger LOG = LoggerFactory.getLogger(SqlStore.class);

  /// The rows that a claim still holds. Parameters: number, claims, now.
  private static final String HELD =
      " WHERE number = ? AND claims = ? AND holder IS NOT NULL AND at_ms > ?";

  private final String name;
  private final SqlCalls calls;
  private final InstantSource clock;
  private final SqlSignal signal;
  private final Duration pollEvery;
  private final String holder = UUID.randomUUID().toString();

  /// Claims against the end: what is claimed before the end is released by it.
  private final ReentrantReadWriteLock claiming = new ReentrantReadWriteLock();

  private volatile boolean closed;

  SqlStore(String name, SqlCalls calls, InstantSource clock, SqlSignal signal, Duration pollEvery) {
    this.name = name;
    this.calls = calls;
    this.clock = clock;
    this.signal = signal;
    this.pollEvery = pollEvery;
  }

  private long nowMs() {
    return clock.millis();
  }

  @Override
  public String address() {
    return name;
  }

  @Override
  public void create() {
    calls.call(
        name,
        (connection, _) ->
            update(
                connection,
                "INSERT INTO phaseline_queue (name) VALUES (?) ON CONFLICT DO NOTHING",
                name));
  }

  @Override
  public void add(List<Addition> items) {
    calls.together(
        name,
        (connection, dialect) -> {
          hold(connection, dialect);
          insert(connection, items);
          return true;
        });
    signal.give();
  }

  /// Keeps the queue from being deleted, until the transaction ends.
  private void hold(Connection connection, SqlDialect dialect) throws SQLException {
    try (var statement = connection.prepareStatement(dialect.holdQueue())) {
      bind(statement, name);
      try (var found = statement.executeQuery()) {
        if (!found.next()) throw new UnknownQueueException(name);
      }
    }
  }

  private void insert(Connection connection, List<Addition> items) throws SQLException {
    var now = nowMs();
    try (var insertion = SqlItems.insertion(connection)) {
      for (var added : items) {
        SqlItems.fill(insertion, name, added.item(), now, now + added.delay().toMillis());
        insertion.addBatch();
      }
      insertion.executeBatch();
    }
  }

  @Override
  public List<Claim> claim(int max, Duration lease, Duration wait) throws InterruptedException {
    var startNanos = System.nanoTime();
    while (true) {
      if (!wait.isZero() && Thread.interrupted()) throw new InterruptedException();
      var since = signal.count();
      if (closed) return List.of();
      var claims = claim(max, lease);
      var leftNanos = wait.toNanos() - (System.nanoTime() - startNanos);
      if (!claims.isEmpty() || leftNanos <= 0) return claims;
      signal.await(since, Math.min(leftNanos, pollEvery.toNanos()));
    }
  }

  private List<Claim> claim(int max, Duration lease) {
    claiming.readLock().lock();
    try {
      if (closed) return List.of();
      var now = nowMs();
      return calls.call(
          name,
          (connection, dialect) -> {
            var claims = claim(connection, dialect, max, now, now + lease.toMillis());
            if (claims.isEmpty()) mustExist(connection);
            return claims;
          });
    } finally {
      claiming.readLock().unlock();
    }
  }

  private List<Claim> claim(
      Connection connection, SqlDialect dialect, int max, long now, long until)
      throws SQLException {
    var claims = new ArrayList<SqlItems.Numbered>();
    try (var statement = connection.prepareStatement(dialect.claim())) {
      bind(statement, name, now, max, until, holder);
      try (var rows = statement.executeQuery()) {
        while (rows.next()) claims.add(SqlItems.claimOf(rows));
      }
    }
    // an update returns its rows in any order
    claims.sort(Comparator.comparingLong(SqlItems.Numbered::number));
    return claims.stream().map(SqlItems.Numbered::claim).toList();
  }

  @Override
  public Optional<Instant> extend(Claim claim, Duration lease) {
    var now = nowMs();
    var until = now + lease.toMillis();
    return change(claim, now, "UPDATE phaseline_queue_item SET at_ms = ?", until)
        ? Optional.of(Instant.ofEpochMilli(until))
        : Optional.empty();
  }

  @Override
  public boolean delete(Claim claim) {
    return change(claim, nowMs(), "DELETE FROM phaseline_queue_item");
  }

  @Override
  public boolean release(Claim claim, Duration delay, Counting counting) {
    var now = nowMs();
    var less =
        switch (counting) {
          case COUNTED -> 0;
          case UNCOUNTED -> 1;
        };
    var released =
        change(
            claim,
            now,
            "UPDATE phaseline_queue_item SET holder = NULL, at_ms = ?, deliveries = deliveries - ?",
            now + delay.toMillis(),
            less);
    signal.give();
    return released;
  }

  /// Whether a statement has changed the row that a claim holds.
  private boolean change(Claim claim, long now, String sql, Object... parameters) {
    var token = SqlItems.Token.of(claim);
    var all = new ArrayList<Object>(List.of(parameters));
    all.addAll(List.of(token.number(), token.claims(), now));
    return calls.call(
        name,
        (connection, _) -> {
          if (update(connection, sql + HELD, all.toArray()) > 0) return true;
          mustExist(connection);
          return false;
        });
  }

  @Override
  public QueueCount count() {
    var now = nowMs();
    return calls.call(
        name,
        (connection, _) -> {
          var count = count(connection, now);
          if (count.total() == 0) mustExist(connection);
          return count;
        });
  }

  private QueueCount count(Connection connection, long now) throws SQLException {
    var sql =
        """
        SELECT COUNT(*),
          SUM(CASE WHEN at_ms <= ? THEN 1 ELSE 0 END),
          SUM(CASE WHEN at_ms > ? AND holder IS NOT NULL THEN 1 ELSE 0 END)
        FROM phaseline_queue_item WHERE queue = ?""";
    try (var statement = connection.prepareStatement(sql)) {
      bind(statement, now, now, name);
      try (var row = statement.executeQuery()) {
        row.next();
        var all = row.getLong(1);
        var available = row.getLong(2);
        var claimed = row.getLong(3);
        return new QueueCount(available, claimed, all - available - claimed);
      }
    }
  }

  @Override
  public Optional<Instant> oldest() {
    var now = nowMs();
    return calls.call(
        name,
        (connection, _) -> {
          var oldest = oldest(connection, now);
          if (oldest.isEmpty()) mustExist(connection);
          return oldest;
        });
  }

  private Optional<Instant> oldest(Connection connection, long now) throws SQLException {
    var sql =
        """
        SELECT MIN(created_ms) FROM phaseline_queue_item
        WHERE queue = ? AND (at_ms <= ? OR holder IS NOT NULL)""";
    try (var statement = connection.prepareStatement(sql)) {
      bind(statement, name, now);
      try (var row = statement.executeQuery()) {
        row.next();
        var ms = row.getLong(1);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(ms));
      }
    }
  }

  @Override
  public long purge() {
    return calls.call(
        name,
        (connection, _) -> {
          var removed =
              update(connection, "DELETE FROM phaseline_queue_item WHERE queue = ?", name);
          if (removed == 0) mustExist(connection);
          return (long) removed;
        });
  }

  /// The queue goes before its items: those who add to it hold it, so this waits for them, and sees
  /// what they have added.
  @Override
  public void drop() {
    calls.together(
        name,
        (connection, _) -> {
          if (update(connection, "DELETE FROM phaseline_queue WHERE name = ?", name) == 0) {
            throw new UnknownQueueException(name);
          }
          return update(connection, "DELETE FROM phaseline_queue_item WHERE queue = ?", name);
        });
    signal.give();
  }

  private void mustExist(Connection connection) throws SQLException {
    var sql = "SELECT 1 FROM phaseline_queue WHERE name = ?";
    try (var statement = connection.prepareStatement(sql)) {
      bind(statement, name);
      try (var found = statement.executeQuery()) {
        if (!found.next()) throw new UnknownQueueException(name);
      }
    }
  }

  @Override
  public void close() {
    claiming.writeLock().lock();
    try {
      if (closed) return;
      closed = true;
      releaseAll();
    } catch (QueueException failed) { // they come back when their leases end
      LOG.warn("what was claimed is not available before its lease ends: {}", failed.getMessage());
    } finally {
      claiming.writeLock().unlock();
      signal.give();
    }
  }

  private void releaseAll() {
    calls.call(
        name,
        (connection, _) ->
            update(
                connection,
                """
                UPDATE phaseline_queue_item SET holder = NULL, at_ms = ?
                WHERE queue = ? AND holder = ? AND at_ms > ?""",
                nowMs(),
                name,
                holder,
                nowMs()));
  }
}
