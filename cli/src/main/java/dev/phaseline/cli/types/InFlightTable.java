package dev.phaseline.cli.types;

import dev.phaseline.cli.text.Table;
import dev.phaseline.cli.text.Table.Fit;
import dev.phaseline.cli.types.InFlightCounts.Row;
import dev.phaseline.schemas.ItemVersion;
import dev.phaseline.server.KnownType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Counts of items in flight by version, as a table and as JSON. Stateless.
final class InFlightTable {
  private InFlightTable() {}

  /// The counts, and a row of nothing for each version that is known here and has no item: that is
  /// the one that may go.
  static List<Row> with(List<Row> counted, Collection<KnownType> known) {
    var rows = new ArrayList<>(counted);
    for (var type : known) {
      var name = type.pipeline().name();
      var version = type.pipeline().version();
      if (counted.stream().noneMatch(row -> isOf(row, name, version))) {
        rows.add(new Row(name, version, 0, 0));
      }
    }
    rows.sort(Comparator.comparing(Row::pipeline).thenComparingInt(Row::version));
    return rows;
  }

  private static boolean isOf(Row row, String pipeline, int version) {
    return row.pipeline().equals(pipeline) && row.version() == version;
  }

  /// As lines, none wider than this.
  static List<String> of(List<Row> rows, Collection<KnownType> known, int width) {
    if (rows.isEmpty()) return List.of("No item is in flight, and no pipeline is known here.");
    var table =
        new Table(
            List.of(
                Table.text("PIPELINE", Fit.NAME),
                Table.text("VERSION", Fit.NEEDED),
                Table.number("IN PHASES", Fit.NEEDED),
                Table.number("AS TIMERS", Fit.NEEDED),
                Table.text("PLUG-IN HERE", Fit.WANTED)));
    for (var row : rows) {
      table.row(
          row.pipeline(),
          row.version() == ItemVersion.UNNAMED ? "not named" : "" + row.version(),
          number(row.phases()),
          number(row.timers()),
          source(row, known));
    }
    return table.lines(width);
  }

  private static String source(Row row, Collection<KnownType> known) {
    if (row.version() == ItemVersion.UNNAMED) return "(the newest of the worker)";
    return known.stream()
        .filter(type -> isOf(row, type.pipeline().name(), type.pipeline().version()))
        .map(KnownType::source)
        .findFirst()
        .orElse("none");
  }

  private static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /// As an object; a version that records do not name is null.
  static Map<String, Object> json(List<Row> rows, Collection<KnownType> known) {
    var all = new ArrayList<Map<String, Object>>();
    for (var row : rows) {
      var one = new LinkedHashMap<String, Object>();
      one.put("pipeline", row.pipeline());
      one.put("version", row.version() == ItemVersion.UNNAMED ? null : row.version());
      one.put("inPhases", row.phases());
      one.put("asTimers", row.timers());
      one.put(
          "known",
          known.stream()
              .anyMatch(type -> isOf(row, type.pipeline().name(), type.pipeline().version())));
      all.add(one);
    }
    var answer = new LinkedHashMap<String, Object>();
    answer.put("inFlight", all);
    return answer;
  }
}
