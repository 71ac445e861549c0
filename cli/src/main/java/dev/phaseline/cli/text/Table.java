package dev.phaseline.cli.text;

import java.util.ArrayList;
import java.util.List;

/// A table of text that fits a terminal: where there is no room for all columns, those that matter
/// least are left out whole, and names are cut. A row never wraps, and what is said is never cut in
/// the middle of a number. For one thread.
public final class Table {
  /// The width without a terminal: a file and a pipe have room for everything.
  public static final int WIDTH_MAX = 1_000_000;

  private static final String GAP = "  ";

  /// A name of so many columns is known again; of fewer, it is a reminder.
  private static final int NAMES_LONG = 24;

  private static final int NAMES_MIN = 8;

  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  /// A column.
  ///
  /// @param head stands above it
  /// @param fit what becomes of it where there is no room
  /// @param right whether its cells stand at the right: numbers
  public record Column(String head, Fit fit, boolean right) {}

  /// The ways to make a column fit where there is no room, in the order in which they are tried.
  public enum Fit {
    /// A column that is left out first.
    EXTRA,
    /// A column that is left out next.
    USEFUL,
    /// A column that is left out last.
    WANTED,
    /// A column that is cut at its end, the least of it.
    NAME,
    /// A column that is cut in the middle: such names differ at their ends.
    ID,
    /// A column that stays whole.
    NEEDED
  }

  public Table(List<Column> columns) {
    this.columns = List.copyOf(columns);
  }

  public static Column text(String head, Fit fit) {
    return new Column(head, fit, false);
  }

  public static Column number(String head, Fit fit) {
    return new Column(head, fit, true);
  }

  /// Adds a row; its cells may be anybody's text.
  public void row(String... cells) {
    if (cells.length != columns.size()) throw new IllegalArgumentException("not a cell a column");
    rows.add(java.util.Arrays.stream(cells).map(Printable::line).toList());
  }

  /// The heads and the rows, none wider than this.
  public List<String> lines(int width) {
    var shown = new ArrayList<Integer>();
    for (var at = 0; at < columns.size(); at++) if (!isEmpty(at)) shown.add(at);
    var widths = new int[columns.size()];
    for (var at : shown) widths[at] = natural(at);
    leaveOut(Fit.EXTRA, shown, widths, width);
    shrink(Fit.ID, NAMES_LONG, shown, widths, width);
    shrink(Fit.NAME, NAMES_LONG, shown, widths, width);
    leaveOut(Fit.USEFUL, shown, widths, width);
    leaveOut(Fit.WANTED, shown, widths, width);
    shrink(Fit.NAME, NAMES_MIN, shown, widths, width);
    shrink(Fit.ID, NAMES_MIN, shown, widths, width);
    var lines = new ArrayList<String>();
    lines.add(line(columns.stream().map(Column::head).toList(), shown, widths, width));
    for (var row : rows) lines.add(line(row, shown, widths, width));
    return lines;
  }

  /// A column without a word in it says nothing.
  private boolean isEmpty(int at) {
    return !rows.isEmpty()
        && columns.get(at).fit() != Fit.NEEDED
        && rows.stream().allMatch(row -> row.get(at).isEmpty());
  }

  private int natural(int at) {
    var most = Widths.of(columns.get(at).head());
    for (var row : rows) most = Math.max(most, Widths.of(row.get(at)));
    return most;
  }

  private static int total(List<Integer> shown, int[] widths) {
    var total = GAP.length() * (shown.size() - 1);
    for (var at : shown) total += widths[at];
    return total;
  }

  private void leaveOut(Fit fit, List<Integer> shown, int[] widths, int width) {
    for (var i = shown.size() - 1; i >= 0 && total(shown, widths) > width; i--) {
      if (columns.get(shown.get(i)).fit() == fit) shown.remove(/* index */ i);
    }
  }

  private void shrink(Fit fit, int least, List<Integer> shown, int[] widths, int width) {
    for (var at : shown) {
      var over = total(shown, widths) - width;
      if (over <= 0) return;
      if (columns.get(at).fit() != fit) continue;
      widths[at] = Math.max(Math.min(least, widths[at]), widths[at] - over);
    }
  }

  private String line(List<String> row, List<Integer> shown, int[] widths, int width) {
    var line = new StringBuilder();
    for (var at : shown) {
      var column = columns.get(at);
      if (!line.isEmpty() || at > shown.getFirst()) line.append(GAP);
      var cell =
          column.fit() == Fit.ID
              ? Widths.cutInTheMiddle(row.get(at), widths[at])
              : Widths.cut(row.get(at), widths[at]);
      var blanks = " ".repeat(Math.max(0, widths[at] - Widths.of(cell)));
      line.append(column.right() ? blanks + cell : cell + blanks);
    }
    return Widths.cut(line.toString().stripTrailing(), width);
  }
}
