package dev.phaseline.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Accounts and a journal in a database, and the checker of them: after all transfers, each account
/// has the sum of its transfers, and the journal has each half of each transfer once.
///
/// @param database where they are
/// @param accounts how many, with ids from 0
/// @param transfers how many, with numbers from 0
record Ledger(TestDatabase database, int accounts, int transfers) {
  private static final int PROBLEMS_MAX = 20;

  void create() throws SQLException {
    database.reset("account", "journal");
    database.execute(
        "CREATE TABLE account (id INTEGER PRIMARY KEY, balance BIGINT NOT NULL)",
        "CREATE TABLE journal (entry VARCHAR(40) NOT NULL)");
    database.execute(
        "INSERT INTO account (id, balance) SELECT id, 0 FROM generate_series(0, "
            + (accounts - 1)
            + ") AS id");
  }

  /// What is wrong, in words; empty when nothing is.
  List<String> problems() throws SQLException {
    var problems = new ArrayList<String>();
    var balances = new long[accounts];
    for (var number = 0; number < transfers; number++) {
      var transfer = new Transfer(number, accounts);
      balances[transfer.from()] += 1 - transfer.amount();
      balances[transfer.to()] += 1 + transfer.amount();
    }
    try (var connection = database.pool().getConnection();
        var statement = connection.createStatement()) {
      try (var rows =
          statement.executeQuery(
              "SELECT entry, COUNT(*) FROM journal GROUP BY entry HAVING COUNT(*) <> 1")) {
        while (rows.next() && problems.size() < PROBLEMS_MAX) {
          problems.add(rows.getString(1) + " was done " + rows.getInt(2) + " times");
        }
      }
      try (var rows = statement.executeQuery("SELECT COUNT(DISTINCT entry) FROM journal")) {
        rows.next();
        if (rows.getInt(1) != 2 * transfers) {
          problems.add("the journal has " + rows.getInt(1) + " halves of " + 2 * transfers);
        }
      }
      try (var rows = statement.executeQuery("SELECT id, balance FROM account")) {
        while (rows.next() && problems.size() < PROBLEMS_MAX) {
          var expected = balances[rows.getInt(1)];
          if (rows.getLong(2) == expected) continue;
          problems.add(
              "account " + rows.getInt(1) + " has " + rows.getLong(2) + ", not " + expected);
        }
      }
    }
    return problems;
  }
}
