package dev.phaseline.jdbc;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.testkit.TestContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;

/// A table of accounts, a handler that adds to one, which is not idempotent, and what else the
/// suites on transactional phases share.
abstract class SqlPhaseFixture {
  /// The pipeline whose codecs are used; its handlers are not.
  static final Pipeline BANK =
      Pipeline.named("bank")
          .phase("book", Codec.text(), (text, _) -> Outcome.next(text))
          .phase("report", Codec.text(), (text, _) -> Outcome.done(text))
          .result(Codec.text())
          .build();

  /// Runs of [#adding].
  final AtomicInteger runs = new AtomicInteger();

  /// The database, shared by a class's tests.
  abstract TestDatabase database();

  @BeforeEach
  void tables() throws SQLException {
    database().reset("account");
    database()
        .execute(
            "CREATE TABLE account (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL)",
            "INSERT INTO account (id, balance) VALUES (1, 0), (2, 0)");
  }

  static TestContext item(String jobId) {
    return TestContext.of(BANK, "book", jobId);
  }

  DataSource source() {
    return database().pool();
  }

  SqlPhase<String, String> phase(SqlHandler<String, String> handler) {
    return SqlPhase.of(source(), handler);
  }

  /// Adds 1 to the first account.
  Outcome<String> adding(String payload, Connection connection) throws SQLException {
    runs.incrementAndGet();
    add(connection, 1, 1);
    return Outcome.next(payload + " booked");
  }

  static void add(Connection connection, int account, int amount) throws SQLException {
    try (var update =
        connection.prepareStatement("UPDATE account SET balance = balance + ? WHERE id = ?")) {
      update.setInt(1, amount);
      update.setInt(2, account);
      update.executeUpdate();
    }
  }

  long balance() throws SQLException {
    return database().number("SELECT balance FROM account WHERE id = 1");
  }

  long rows() throws SQLException {
    return database().number("SELECT COUNT(*) FROM phaseline_effect");
  }
}
