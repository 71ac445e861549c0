package dev.phaseline.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// One transfer of the ledger suite, derived from its number.
///
/// @param number from 0
/// @param accounts how many accounts there are, with ids from 0
record Transfer(int number, int accounts) {
  int from() {
    return (int) (number * 7_919L % accounts);
  }

  int to() {
    return (from() + 1 + number % (accounts - 1)) % accounts;
  }

  int amount() {
    return 1 + number % 50;
  }

  /// Does one of its two halves, which is not idempotent: two rows of accounts, and one of the
  /// journal, which takes the same one twice.
  ///
  /// @param half `debit` or `credit`
  void book(Connection connection, String half) throws SQLException {
    var isDebit = half.equals("debit");
    try (var update =
            connection.prepareStatement("UPDATE account SET balance = balance + ? WHERE id = ?");
        var log = connection.prepareStatement("INSERT INTO journal (entry) VALUES (?)")) {
      var own = isDebit ? from() : to();
      var other = isDebit ? to() : from();
      var amount = isDebit ? -amount() : amount();
      for (var id : own < other ? List.of(own, other) : List.of(other, own)) {
        update.setInt(1, id == own ? amount : 1); // and a fee in each half
        update.setInt(2, id);
        update.executeUpdate();
      }
      log.setString(1, half + ' ' + number);
      log.executeUpdate();
    }
  }
}
