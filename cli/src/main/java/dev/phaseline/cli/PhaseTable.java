package dev.phaseline.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The console's overview as lines of a terminal: trouble first.
final class PhaseTable {
  /// Where nobody looks at a width.
  static final int WIDTH_MAX = 200;

  /// Waiting and handling apart stand behind the state: a terminal that is not wide has the rest.
  private static final String ROW = "%-26s %10s %9s %9s %11s %8s %8s %9s %7s %-8s%9s %8s %8s %8s";

  private static final String BOLD = "\u001b[1m";
  private static final String PLAIN = "\u001b[0m";

  private PhaseTable() {}

  /// The lines, none wider than this.
  static List<String> lines(JsonNode overview, int width, boolean colour) {
    var lines = new ArrayList<String>();
    for (var one : overview.path("trouble")) {
      lines.add(cut(one.path("severity").asText() + ": " + one.path("title").asText(), width));
      lines.add(cut("      " + one.path("remedy").asText(), width));
    }
    if (!lines.isEmpty()) lines.add("");
    var head =
        String.format(
            ROW,
            "PHASE",
            "WAITING",
            "IN/S",
            "OUT/S",
            "RUNNING",
            "STAY P50",
            "STAY P99",
            "EMPTY IN",
            "DEAD",
            "STATE",
            "WAIT P50",
            "WAIT P99",
            "HDLR P50",
            "HDLR P99");
    lines.add(colour ? BOLD + cut(head, width) + PLAIN : cut(head, width));
    for (var pipeline : overview.path("pipelines")) {
      for (var phase : pipeline.path("phases")) {
        lines.add(cut(row(pipeline.path("name").asText(), phase), width));
      }
    }
    return lines;
  }

  private static String row(String pipeline, JsonNode phase) {
    var name = pipeline + '.' + phase.path("phase").asText();
    var run = phase.path("run").asText("running");
    return String.format(
        Locale.ROOT,
        ROW,
        name,
        number(phase, "waiting"),
        rate(phase, "inPerSecond"),
        rate(phase, "outPerSecond"),
        phase.path("running").asLong() + "/" + phase.path("permits").asLong(),
        span(phase, "stayP50Ms"),
        span(phase, "stayP99Ms"),
        span(phase, "toDrainMs"),
        number(phase, "dead"),
        run.equals("running") ? "" : run,
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

  private static String cut(String text, int width) {
    var line = Printable.line(text);
    return line.length() <= width ? line : line.substring(0, Math.max(0, width));
  }
}
