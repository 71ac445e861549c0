package dev.phaseline.jdbc;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Statements of one synchronized table in one dialect, made once. Immutable but for a bounded
/// cache, so thread-safe.
final class SyncSql {
  /// A query differs with the columns that have texts, which are the same ones in most rows.
  private static final int LOOKS_MAX = 32;

  private final SyncShape shape;
  private final SqlDialect dialect;
  private final Map<BitSet, String> looks = new ConcurrentHashMap<>();
  private final String insert;
  private final String update;
  private final String mark;
  private final String flag;
  private final String delete;

  SyncSql(SyncShape shape, SqlDialect dialect) {
    this.shape = shape;
    this.dialect = dialect;
    var written = new ArrayList<>(shape.columns());
    if (shape.seen() != null) written.add(shape.seen());
    written.add(shape.revision());
    var where = " WHERE " + shape.key() + " = ?";
    this.insert =
        "INSERT INTO "
            + shape.table()
            + " ("
            + String.join(", ", written)
            + ", "
            + shape.key()
            + ") VALUES (?"
            + ", ?".repeat(written.size())
            + ')'
            + dialect.unlessThere(shape.key());
    var set = "UPDATE " + shape.table() + " SET ";
    this.update =
        set
            + String.join(" = ?, ", written)
            + " = ?"
            + (shape.gone() == null ? "" : ", " + shape.gone() + " = NULL")
            + where;
    this.mark = set + shape.seen() + " = ?" + where;
    this.flag = set + shape.gone() + " = ?, " + shape.revision() + " = ?" + where;
    this.delete = "DELETE FROM " + shape.table() + where;
  }

  SyncShape shape() {
    return shape;
  }

  SqlDialect dialect() {
    return dialect;
  }

  /// The query of a row, which it locks: its revision, 1 when it has these values, the run that saw
  /// it or -1, and 1 when it is kept as deleted.
  ///
  /// Parameters: the values, the key.
  ///
  /// @param row the values; null for none
  String look(@Nullable List<? extends @Nullable Object> row) {
    var isText = new BitSet();
    if (row == null) {
      isText.set(shape.columns().size()); // is no row's
    } else {
      for (var i = 0; i < row.size(); i++) isText.set(i, row.get(i) instanceof String);
    }
    var known = looks.get(isText);
    if (known != null) return known;
    var made = look(row == null ? List.of() : shape.columns(), isText);
    if (looks.size() < LOOKS_MAX) looks.put(isText, made);
    return made;
  }

  private String look(List<String> compared, BitSet isText) {
    var same = new ArrayList<String>();
    for (var i = 0; i < compared.size(); i++) {
      same.add(dialect.same(compared.get(i), isText.get(i)));
    }
    return "SELECT "
        + shape.revision()
        + ", CASE WHEN "
        + (same.isEmpty() ? "1 = 1" : String.join(" AND ", same))
        + " THEN 1 ELSE 0 END, "
        + (shape.seen() == null ? "-1" : "COALESCE(" + shape.seen() + ", -1)")
        + ", "
        + (shape.gone() == null ? "0" : "CASE WHEN " + shape.gone() + " IS NULL THEN 0 ELSE 1 END")
        + " FROM "
        + shape.table()
        + " WHERE "
        + shape.key()
        + " = ?"
        + dialect.rowLock();
  }

  /// The insertion of a row, which does nothing, or fails, when it is there
  /// ([SqlDialect#unlessThere]).
  ///
  /// Parameters: the values, the run that saw it if the table has that, the revision, the key.
  String insert() {
    return insert;
  }

  /// The change of a row, which is not deleted after it. Parameters as with [#insert()].
  String update() {
    return update;
  }

  /// The note that a full run saw a row. Parameters: its revision, the key.
  String mark() {
    return mark;
  }

  /// The deletion that keeps the row. Parameters: its revision, twice, the key.
  String flag() {
    return flag;
  }

  /// The deletion of a row. Parameter: the key.
  String delete() {
    return delete;
  }

  /// The count of all rows, and of those that a full run did not see. Parameters: its revision,
  /// twice.
  String count() {
    return "SELECT COUNT(*), COALESCE(SUM(CASE WHEN "
        + unseen()
        + " THEN 1 ELSE 0 END), 0) FROM "
        + shape.table()
        + (shape.gone() == null ? "" : " WHERE " + shape.gone() + " IS NULL");
  }

  /// The query of keys that a full run did not see, in order. Parameters: the run's revision,
  /// twice; the key that came before, if there is one; how many at most.
  String unseenKeys(boolean isFirst) {
    return "SELECT "
        + shape.key()
        + " FROM "
        + shape.table()
        + " WHERE "
        + unseen()
        + (shape.gone() == null ? "" : " AND " + shape.gone() + " IS NULL")
        + (isFirst ? "" : " AND " + shape.key() + " > ?")
        + " ORDER BY "
        + shape.key()
        + " LIMIT ?";
  }

  private String unseen() {
    return "COALESCE(" + shape.seen() + ", -1) < ? AND " + shape.revision() + " < ?";
  }
}
