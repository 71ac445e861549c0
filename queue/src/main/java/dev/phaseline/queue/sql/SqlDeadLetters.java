package dev.phaseline.queue.sql;

import static dev.phaseline.queue.sql.SqlCalls.bind;
import static dev.phaseline.queue.sql.SqlCalls.update;

import dev.phaseline.core.DeadKind;
import dev.phaseline.queue.DeadCause;
import dev.phaseline.queue.DeadItem;
import dev.phaseline.queue.DeadLetters;
import dev.phaseline.queue.UnknownQueueException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The dead letters of queues in a database, in the table `phaseline_queue_dead`. Thread-safe.
public final class SqlDeadLetters implements DeadLetters {
  private final SqlCalls calls;
  private final InstantSource clock;

  SqlDeadLetters(SqlCalls calls, InstantSource clock) {
    this.calls = calls;
    this.clock = clock;
  }

  /// A letter that is kept. Immutable.
  ///
  /// @param number names it in its table
  /// @param died when it was written
  /// @param letter the item with its cause
  public record Kept(long number, Instant died, DeadItem letter) {}

  @Override
  public void add(DeadItem letter) {
    var sql =
        """
        INSERT INTO phaseline_queue_dead
          (queue, id, created_ms, died_ms, deliveries, kind, reason, headers, payload)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""";
    calls.call(
        letter.queue(),
        (connection, _) -> {
          try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, letter.queue());
            statement.setString(2, letter.item().id());
            statement.setLong(3, letter.created().toEpochMilli());
            statement.setLong(4, clock.millis());
            statement.setInt(5, letter.deliveries());
            statement.setString(6, letter.cause().kind().text());
            statement.setString(7, letter.cause().reason().replace("\0", "\\0")); // no text of SQL
            statement.setString(8, SqlItems.textOf(letter.item().headers()));
            statement.setBytes(9, letter.item().payload());
            return statement.executeUpdate();
          }
        });
  }

  /// The letters of a queue, oldest first; also those of a queue that was deleted.
  ///
  /// @param after the number of the last letter that was seen; 0: from the first on
  /// @param max how many at most
  public List<Kept> list(String queue, long after, int max) {
    return calls.call(
        queue,
        (connection, _) -> {
          var sql =
              """
              SELECT * FROM phaseline_queue_dead
              WHERE queue = ? AND number > ? ORDER BY number LIMIT ?""";
          try (var statement = connection.prepareStatement(sql)) {
            bind(statement, queue, after, max);
            var letters = new ArrayList<Kept>();
            try (var rows = statement.executeQuery()) {
              while (rows.next()) letters.add(keptIn(rows));
            }
            return letters;
          }
        });
  }

  private static Kept keptIn(ResultSet row) throws SQLException {
    var cause =
        new DeadCause(
            DeadKind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
            row.getString("reason"),
            null);
    var letter =
        new DeadItem(
            row.getString("queue"),
            SqlItems.itemOf(row),
            Instant.ofEpochMilli(row.getLong("created_ms")),
            row.getInt("deliveries"),
            cause);
    return new Kept(row.getLong("number"), Instant.ofEpochMilli(row.getLong("died_ms")), letter);
  }

  /// Makes a letter an item of its queue again, available at once, as if it had never been
  /// delivered. Item and letter change places in one transaction.
  ///
  /// @return false when there is no such letter
  /// @throws UnknownQueueException when its queue was deleted; the letter stays
  public boolean redrive(String queue, long number) {
    return calls.together(
        queue,
        (connection, dialect) -> {
          if (!holds(connection, dialect, queue)) throw new UnknownQueueException(queue);
          return move(connection, queue, number);
        });
  }

  /// The letter goes first: of two who redrive it, the second finds none.
  private boolean move(Connection connection, String queue, long number) throws SQLException {
    var letter = "DELETE FROM phaseline_queue_dead WHERE queue = ? AND number = ? RETURNING *";
    try (var statement = connection.prepareStatement(letter)) {
      bind(statement, queue, number);
      try (var row = statement.executeQuery()) {
        if (!row.next()) return false;
        try (var insertion = SqlItems.insertion(connection)) {
          var created = row.getLong("created_ms");
          SqlItems.fill(insertion, queue, SqlItems.itemOf(row), created, clock.millis());
          insertion.executeUpdate();
        }
      }
    }
    return true;
  }

  private static boolean holds(Connection connection, SqlDialect dialect, String queue)
      throws SQLException {
    try (var statement = connection.prepareStatement(dialect.holdQueue())) {
      bind(statement, queue);
      try (var found = statement.executeQuery()) {
        return found.next();
      }
    }
  }

  /// Removes a letter for good.
  ///
  /// @return false when there is no such letter
  public boolean discard(String queue, long number) {
    var sql = "DELETE FROM phaseline_queue_dead WHERE queue = ? AND number = ?";
    return calls.call(queue, (connection, _) -> update(connection, sql, queue, number) > 0);
  }
}
