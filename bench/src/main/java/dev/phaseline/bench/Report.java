package dev.phaseline.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The report of a bench, for people and for programs.
///
/// @param bench the bench's name
/// @param settings what it was run with, in order
/// @param rows the figures
/// @param ratios ours by theirs, medians by medians
/// @param goals what should be, and whether it is
record Report(
    String bench,
    Map<String, Object> settings,
    List<Row> rows,
    Map<String, Double> ratios,
    List<Goal> goals) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Whether every audit found every item exactly once. If not, no figure means anything.
  boolean valid() {
    return rows.stream().allMatch(row -> row.problems().isEmpty());
  }

  /// The tables.
  String text() {
    var out = new StringBuilder();
    out.append(bench).append(' ').append(settings).append('\n');
    out.append(
        String.format(
            Locale.ROOT,
            "%-26s %10s  %-18s %12s %12s %12s%n",
            "",
            "items",
            "figure",
            "median",
            "min",
            "max"));
    for (var row : rows) appendRow(out, row);
    ratios.forEach(
        (what, value) ->
            out.append(String.format(Locale.ROOT, "ratio %-52s %8.2f%n", what, value)));
    for (var goal : goals) appendGoal(out, goal);
    if (!valid()) out.append("INVALID: an audit failed, the figures mean nothing\n");
    return out.toString();
  }

  private static void appendRow(StringBuilder out, Row row) {
    var name = row.name();
    for (var figure : row.figures().entrySet()) {
      var spread = figure.getValue();
      out.append(
          String.format(
              Locale.ROOT,
              "%-26s %10s  %-18s %12s %12s %12s%n",
              name,
              row.items() == 0 ? "" : row.items(),
              figure.getKey(),
              number(spread.median()),
              number(spread.min()),
              number(spread.max())));
      name = "";
    }
    for (var problem : row.problems()) out.append("  INVALID ").append(problem).append('\n');
  }

  private static void appendGoal(StringBuilder out, Goal goal) {
    out.append(
        String.format(
            Locale.ROOT,
            "goal  %-52s %8.2f  (%s %.2f: %s)%n",
            goal.what(),
            goal.value(),
            goal.sense() == Goal.Sense.AT_LEAST ? "at least" : "at most",
            goal.bound(),
            goal.met() ? "met" : "not met"));
  }

  private static String number(double value) {
    if (Double.isNaN(value)) return "-";
    var pattern = Math.abs(value) >= 100 ? "%,.0f" : "%.2f";
    return String.format(Locale.ROOT, pattern, value);
  }

  /// Everything as one JSON object on one line.
  String json() {
    var root = JSON.createObjectNode();
    root.put("bench", bench);
    root.put("valid", valid());
    root.set("settings", JSON.valueToTree(settings));
    root.set("machine", JSON.valueToTree(Machine.describe()));
    root.set("versions", JSON.valueToTree(Versions.describe()));
    var list = root.putArray("results");
    for (var row : rows) writeRow(list.addObject(), row);
    var byName = root.putObject("ratios");
    ratios.forEach((what, value) -> put(byName, what, value));
    var goalList = root.putArray("goals");
    for (var goal : goals) {
      var node = goalList.addObject();
      node.put("what", goal.what());
      node.put(goal.sense() == Goal.Sense.AT_LEAST ? "atLeast" : "atMost", goal.bound());
      put(node, "value", goal.value());
      node.put("met", goal.met());
    }
    return root.toString();
  }

  private static void writeRow(ObjectNode node, Row row) {
    node.put("name", row.name());
    if (row.items() > 0) node.put("items", row.items());
    var figures = node.putObject("figures");
    row.figures()
        .forEach(
            (figure, spread) -> {
              var one = figures.putObject(figure);
              put(one, "median", spread.median());
              put(one, "min", spread.min());
              put(one, "max", spread.max());
              var all = one.putArray("rounds");
              spread.values().forEach(all::add);
            });
    var problems = node.putArray("problems");
    row.problems().forEach(problems::add);
  }

  /// JSON has no NaN: what wasn't measured is null.
  private static void put(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, Math.round(value * 1000) / 1000.0);
    } else {
      node.putNull(name);
    }
  }
}
