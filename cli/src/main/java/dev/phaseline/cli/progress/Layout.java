package dev.phaseline.cli.progress;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/// Turns a view into lines. Pure: the same view, speed and width give the same lines, none of them
/// wider than asked.
final class Layout {
  /// Below this nothing readable is left; lines are then cut.
  private static final int BAR_COLUMNS_MIN = 10;

  private static final int BAR_COLUMNS_MAX = 60;

  private enum Column {
    // In the order of the table; the number says who goes first when there is no room.
    WAITING("waiting", 9, 3),
    RUNNING("running", 9, 2),
    DONE("done", 10, 0),
    DEAD("dead", 8, 0),
    RATE("items/s", 9, 4),
    ETA("ETA", 8, 1);

    private final String head;
    private final int width;
    private final int room;

    Column(String head, int width, int room) {
      this.head = head;
      this.width = width;
      this.room = room;
    }
  }

  private Layout() {}

  /// The table for a terminal: title, heads, one line a phase, a bar.
  ///
  /// @param width columns of the terminal, from 1
  static List<String> table(View view, Speed speed, int width, boolean colour) {
    var nameWidth =
        Math.max(
            5, view.phases().stream().mapToInt(phase -> phase.name().length()).max().orElse(0));
    var columns = columns(width - nameWidth);
    var lines = new ArrayList<String>();
    lines.add(bold(cut(spread(view.title(), clock(view.elapsed()), width), width), colour));
    var heads = new StringBuilder(left("phase", nameWidth));
    for (var column : columns) heads.append(right(column.head, column.width));
    lines.add(dim(cut(heads.toString(), width), colour));
    for (var phase : view.phases()) {
      var row = new StringBuilder(left(phase.name(), nameWidth));
      for (var column : columns) row.append(right(cell(column, phase, speed), column.width));
      var text = cut(row.toString(), width);
      lines.add(phase.dead() > 0 ? markDead(text, phase, nameWidth, columns, colour) : text);
    }
    lines.add(bar(view, width));
    return List.copyOf(lines);
  }

  /// One line for a log.
  static String plain(View view, Speed speed) {
    var parts = new ArrayList<String>();
    for (var phase : view.phases()) {
      var part = new StringBuilder(phase.name()).append(' ').append(number(phase.done()));
      part.append(" done");
      if (phase.waiting() + phase.running() > 0) {
        part.append(", ").append(number(phase.waiting() + phase.running())).append(" to do");
      }
      if (phase.dead() > 0) part.append(", ").append(number(phase.dead())).append(" dead");
      parts.add(part.toString());
    }
    var line = new StringBuilder(clock(view.elapsed())).append("  ");
    line.append(String.join(" | ", parts));
    if (!view.phases().isEmpty()) {
      var last = view.phases().getLast();
      var rate = speed.perSecond(last.name());
      if (rate.isPresent()) line.append(" | ").append(rate(rate.getAsDouble())).append(" items/s");
      var left = speed.secondsLeft(last);
      if (left.isPresent() && left.getAsLong() > 0) line.append(", ETA ").append(eta(left));
    }
    return line.toString();
  }

  private static List<Column> columns(int room) {
    var columns = new ArrayList<>(List.of(Column.values()));
    for (var leaving = 1; leaving <= 4; leaving++) {
      if (columns.stream().mapToInt(column -> column.width).sum() <= room) break;
      var gone = leaving;
      columns.removeIf(column -> column.room == gone);
    }
    return columns;
  }

  private static String cell(Column column, PhaseCounts phase, Speed speed) {
    return switch (column) {
      case WAITING -> number(phase.waiting());
      case RUNNING -> number(phase.running());
      case DONE -> number(phase.done());
      case DEAD -> number(phase.dead());
      case RATE -> {
        var rate = speed.perSecond(phase.name());
        yield rate.isPresent() ? rate(rate.getAsDouble()) : "-";
      }
      case ETA -> eta(speed.secondsLeft(phase));
    };
  }

  /// The share of all phases' work that is over; a phase without known counts is taken as it
  /// stands.
  private static String bar(View view, int width) {
    var ended = view.phases().stream().mapToLong(PhaseCounts::ended).sum();
    var all = ended + view.phases().stream().mapToLong(PhaseCounts::remaining).sum();
    // 100% is said when nothing is left, not when it rounds to it.
    var percent = all == 0 ? 0 : (int) (ended * 100 / all);
    var suffix = String.format(Locale.ROOT, " %3d%%", percent);
    var columns = Math.min(BAR_COLUMNS_MAX, width - suffix.length() - 2);
    if (columns < BAR_COLUMNS_MIN) return cut(suffix.strip(), width);
    var full = all == 0 ? 0 : (int) (ended * columns / all);
    return "[" + "#".repeat(full) + "-".repeat(columns - full) + "]" + suffix;
  }

  private static String markDead(
      String text, PhaseCounts phase, int nameWidth, List<Column> columns, boolean colour) {
    if (!colour) return text;
    var end = nameWidth;
    for (var column : columns) {
      end += column.width;
      if (column == Column.DEAD) break;
    }
    var start = end - number(phase.dead()).length();
    if (end > text.length()) return text;
    return text.substring(0, start)
        + "\u001b[33m"
        + text.substring(start, end)
        + "\u001b[39m"
        + text.substring(end);
  }

  static String clock(Duration elapsed) {
    var seconds = elapsed.toSeconds();
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
        : String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  private static String eta(OptionalLong seconds) {
    if (seconds.isEmpty()) return "-";
    if (seconds.getAsLong() >= 100 * 3600) return ">99h";
    return clock(Duration.ofSeconds(seconds.getAsLong()));
  }

  private static String rate(double perSecond) {
    return perSecond > 0 && perSecond < 10
        ? String.format(Locale.ROOT, "%.1f", perSecond)
        : number(Math.round(perSecond));
  }

  static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String spread(String leftText, String rightText, int width) {
    var gap = Math.min(width, 64) - leftText.length() - rightText.length();
    return leftText + " ".repeat(Math.max(2, gap)) + rightText;
  }

  private static String left(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private static String right(String text, int width) {
    return " ".repeat(Math.max(1, width - text.length())) + text;
  }

  private static String cut(String text, int width) {
    return text.length() <= width ? text : text.substring(0, Math.max(0, width));
  }

  private static String bold(String text, boolean colour) {
    return colour ? "\u001b[1m" + text + "\u001b[22m" : text;
  }

  private static String dim(String text, boolean colour) {
    return colour ? "\u001b[2m" + text + "\u001b[22m" : text;
  }
}
