package dev.phaseline.jdbc;

import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Names of a synchronized table and its columns. They go into statements as they are, so they are
/// letters, digits and underscores. Immutable.
///
/// @param table its name
/// @param key the unique column
/// @param revision the column with the revision of a row's content
/// @param columns those with content, in order
/// @param seen the column with the latest full run that saw the row; null for none
/// @param gone the column with the revision of a deletion that keeps the row; null for none
record SyncShape(
    String table,
    String key,
    String revision,
    List<String> columns,
    @Nullable String seen,
    @Nullable String gone) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

  SyncShape {
    columns = List.copyOf(columns);
    checkName("table", table);
    var names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    add(names, "key column", key);
    add(names, "revision column", revision);
    for (var column : columns) add(names, "column", column);
    if (seen != null) add(names, "column", seen);
    if (gone != null) add(names, "column", gone);
  }

  private static void checkName(String what, String name) {
    if (NAME.matcher(name).matches()) return;
    throw new IllegalArgumentException(
        "the " + what + " '" + name + "' is no name of letters, digits and underscores");
  }

  private static void add(TreeSet<String> names, String what, String name) {
    checkName(what, name);
    if (!names.add(name)) {
      throw new IllegalArgumentException("the column '" + name + "' is named twice");
    }
  }
}
