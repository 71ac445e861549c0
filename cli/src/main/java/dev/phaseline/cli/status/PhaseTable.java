package dev.phaseline.cli.status;

import com.fasterxml.jackson.databind.JsonNode;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.cli.text.Table;
import dev.phaseline.cli.text.Table.Fit;
import dev.phaseline.cli.text.Widths;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The console's overview as lines of a terminal: trouble first, then what calls for attention.
/// Pure.
public final class PhaseTable {
  private static final String BOLD = "\u001b[1m";
  private static final String PLAIN = "\u001b[0m";

  private PhaseTable() {}

  /// The lines, none wider than this.
  public static List<String> lines(JsonNode overview, int width, boolean colour) {
    var lines = new ArrayList<String>();
    for (var one : overview.path("trouble")) {
      var title = one.path("severity").asText() + ": " + one.path("title").asText();
      lines.addAll(Widths.wrapped(Printable.line(title), width, "  "));
      var remedy = "      " + one.path("remedy").asText();
      lines.addAll(Widths.wrapped(Printable.line(remedy), width, "      "));
    }
    if (!lines.isEmpty()) lines.add("");
    var table = table(overview).lines(width);
    lines.add(colour ? BOLD + table.getFirst() + PLAIN : table.getFirst());
    lines.addAll(table.subList(1, table.size()));
    return lines;
  }

  private static Table table(JsonNode overview) {
    var table =
        new Table(
            List.of(
                Table.text("PHASE", Fit.NAME),
                Table.text("STATE", Fit.NEEDED),
                Table.number("WAITING", Fit.NEEDED),
                Table.number("RUNNING", Fit.NEEDED),
                Table.number("DEAD", Fit.NEEDED),
                Table.number("EMPTY IN", Fit.WANTED),
                Table.number("IN/S", Fit.USEFUL),
                Table.number("OUT/S", Fit.WANTED),
                Table.number("STAY P50", Fit.USEFUL),
                Table.number("STAY P99", Fit.USEFUL),
                Table.number("WAIT P50", Fit.EXTRA),
                Table.number("WAIT P99", Fit.EXTRA),
                Table.number("HDLR P50", Fit.EXTRA),
                Table.number("HDLR P99", Fit.EXTRA)));
    for (var pipeline : overview.path("pipelines")) {
      for (var phase : pipeline.path("phases")) row(table, pipeline.path("name").asText(), phase);
    }
    return table;
  }

  private static void row(Table table, String pipeline, JsonNode phase) {
    table.row(
        pipeline + '.' + phase.path("phase").asText(),
        phase.path("run").asText("running"),
        number(phase, "waiting"),
        phase.path("running").asLong() + "/" + phase.path("permits").asLong(),
        number(phase, "dead"),
        span(phase, "toDrainMs"),
        rate(phase, "inPerSecond"),
        rate(phase, "outPerSecond"),
        span(phase, "stayP50Ms"),
        span(phase, "stayP99Ms"),
        span(phase, "waitP50Ms"),
        span(phase, "waitP99Ms"),
        span(phase, "serviceP50Ms"),
        span(phase, "serviceP99Ms"));
  }

  private static String number(JsonNode phase, String name) {
    return phase.has(name) ? String.format(Locale.ROOT, "%,d", phase.path(name).asLong()) : "-";
  }

  private static String rate(JsonNode phase, String name) {
    return phase.has(name) ? String.format(Locale.ROOT, "%,.1f", phase.path(name).asDouble()) : "-";
  }

  private static String span(JsonNode phase, String name) {
    if (!phase.has(name)) return "-";
    var ms = phase.path(name).asDouble();
    if (ms < 1 && ms > 0) return Math.max(1, Math.round(ms * 1_000)) + "us";
    if (ms < 10 && ms != Math.rint(ms)) return String.format(Locale.ROOT, "%.1fms", ms);
    var span = Duration.ofMillis(Math.round(ms));
    if (span.toMillis() < 1_000) return span.toMillis() + "ms";
    if (span.toSeconds() < 60) return String.format(Locale.ROOT, "%.1fs", span.toMillis() / 1e3);
    return span.toHours() == 0
        ? span.toMinutes() + "m" + span.toSecondsPart() + "s"
        : span.toHours() + "h" + span.toMinutesPart() + "m";
  }
}
