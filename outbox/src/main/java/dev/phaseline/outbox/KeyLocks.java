package dev.phaseline.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.jdbc.SqlDialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Locks of ordering keys, each held until the transaction ends. Ids are given when rows are
/// written, and transactions commit in any order; the lock makes both orders the same for the rows
/// of a key. Stateless.
final class KeyLocks {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private KeyLocks() {}

  /// Whether the database locks numbers, or needs no locks because it has one writer; otherwise
  /// there is a table of locks.
  static boolean areByNumber(SqlDialect dialect) {
    return dialect == SqlDialect.POSTGRESQL || dialect == SqlDialect.SQLITE;
  }

  /// The number of a key's lock.
  static long numberOf(String topic, byte @Nullable [] key) {
    var hash = hash(hash(FNV_OFFSET, topic.getBytes(UTF_8)), new byte[] {0});
    return key == null ? hash : hash(hash, key);
  }

  private static long hash(long from, byte[] bytes) {
    var hash = from;
    for (var each : bytes) hash = (hash ^ (each & 0xff)) * FNV_PRIME;
    return hash;
  }

  /// Takes the locks, always in the same order, so that two calls can't deadlock.
  static void take(Connection connection, SqlDialect dialect, Collection<Long> numbers)
      throws SQLException {
    switch (dialect) {
      case POSTGRESQL -> takeNumbers(connection, new TreeSet<>(numbers));
      case MARIADB, H2 -> {
        var slots = new TreeSet<Long>();
        for (var number : numbers) slots.add(Math.floorMod(number, (long) OutboxSchema.LOCKS));
        takeRows(connection, slots);
      }
      case SQLITE -> {
        // its one writer is the order
      }
    }
  }

  private static void takeNumbers(Connection connection, Collection<Long> numbers)
      throws SQLException {
    var sql = "SELECT pg_advisory_xact_lock(k) FROM unnest(CAST(? AS bigint[])) AS k";
    try (var lock = connection.prepareStatement(sql)) {
      var list = numbers.stream().map(String::valueOf);
      lock.setString(1, list.collect(Collectors.joining(",", "{", "}")));
      lock.execute();
    }
  }

  private static void takeRows(Connection connection, Collection<Long> slots) throws SQLException {
    var list = slots.stream().map(String::valueOf).collect(Collectors.joining(", "));
    try (var lock = connection.createStatement();
        var rows =
            lock.executeQuery(
                "SELECT slot FROM phaseline_outbox_lock WHERE slot IN ("
                    + list
                    + ") ORDER BY slot FOR UPDATE")) {
      var found = 0;
      while (rows.next()) found++;
      if (found == slots.size()) return;
      throw new SQLException(
          "the table phaseline_outbox_lock has %d of the rows %s: fill it by the output of"
                  .formatted(found, list)
              + " `phaseline jdbc schema`");
    }
  }
}
