package dev.phaseline.queue.sql;

import dev.phaseline.queue.Claim;
import dev.phaseline.queue.StoredItem;
import dev.phaseline.schemas.ItemHeaders;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Rows of items as values, and back. Without state.
final class SqlItems {
  private SqlItems() {}

  /// A claim, with the number of its row.
  ///
  /// @param number of the row
  /// @param claim the claim
  record Numbered(long number, Claim claim) {}

  /// A claim's token as a number of a row, and how often that was claimed.
  ///
  /// @param number of the row
  /// @param claims of the row, this one included
  record Token(long number, long claims) {
    static Token of(Claim claim) {
      var text = claim.token();
      var colon = text.indexOf(':');
      return new Token(
          Long.parseLong(text, 0, colon, 10), Long.parseLong(text, colon + 1, text.length(), 10));
    }

    String text() {
      return number + ":" + claims;
    }
  }

  /// The claim in a row that [SqlDialect#claim] returned.
  static Numbered claimOf(ResultSet row) throws SQLException {
    var token = new Token(row.getLong("number"), row.getLong("claims"));
    var claim =
        new Claim(
            token.text(),
            itemOf(row),
            Instant.ofEpochMilli(row.getLong("created_ms")),
            row.getInt("deliveries"),
            Instant.ofEpochMilli(row.getLong("at_ms")));
    return new Numbered(token.number(), claim);
  }

  /// The item in a row with id, headers and payload.
  static StoredItem itemOf(ResultSet row) throws SQLException {
    var headers = row.getString("headers");
    return new StoredItem(
        row.getString("id"),
        headers == null ? Map.of() : ItemHeaders.tagsOf(headers),
        row.getBytes("payload"));
  }

  /// Headers as the text of a column; null when there are none.
  static @Nullable String textOf(Map<String, String> headers) {
    return headers.isEmpty() ? null : ItemHeaders.encodeTags(headers);
  }

  /// The statement that stores items, to be filled by [#fill].
  static PreparedStatement insertion(Connection connection) throws SQLException {
    return connection.prepareStatement(
        """
        INSERT INTO phaseline_queue_item
          (queue, id, created_ms, at_ms, deliveries, claims, headers, payload)
        VALUES (?, ?, ?, ?, 0, 0, ?, ?)""");
  }

  /// Sets the parameters of [#insertion].
  ///
  /// @param atMs from when on the item is available
  static void fill(
      PreparedStatement insertion, String queue, StoredItem item, long createdMs, long atMs)
      throws SQLException {
    insertion.setString(1, queue);
    insertion.setString(2, item.id());
    insertion.setLong(3, createdMs);
    insertion.setLong(4, atMs);
    insertion.setString(5, textOf(item.headers()));
    insertion.setBytes(6, item.payload());
  }
}
