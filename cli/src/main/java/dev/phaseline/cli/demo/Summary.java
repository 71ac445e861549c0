package dev.phaseline.cli.demo;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.phaseline.cli.progress.PhaseCounts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Result of a run, for `--json` and for the text output. Immutable.
///
/// @param run its number
/// @param resumed whether an earlier process began it
/// @param jobs submitted
/// @param items that the jobs fanned out into
/// @param done items that ended well
/// @param dead items and jobs that ended as dead letters
/// @param inserted rows, counted in the table
/// @param updated rows, counted in the table
/// @param unchanged items that ended well and changed no row
/// @param rows in the table, of all runs
/// @param seconds from the command's start to the end of its audit
/// @param itemsPerSecond from the first submission to the last end
/// @param phases what each phase did
/// @param deadByReason how many dead letters for each reason
/// @param balanced whether every item ended exactly once and the table agrees
/// @param problems what does not balance
@JsonPropertyOrder({"run", "resumed", "jobs", "items", "done", "dead"})
record Summary(
    int run,
    boolean resumed,
    int jobs,
    long items,
    long done,
    long dead,
    long inserted,
    long updated,
    long unchanged,
    long rows,
    double seconds,
    long itemsPerSecond,
    List<Phase> phases,
    Map<String, Long> deadByReason,
    boolean balanced,
    List<String> problems) {

  /// Counts of one phase.
  ///
  /// @param name the phase
  /// @param done how many items went on
  /// @param dead how many it gave up
  record Phase(String name, long done, long dead) {
    static Phase of(PhaseCounts counts) {
      return new Phase(counts.name(), counts.done(), counts.dead());
    }
  }

  /// Text for people.
  List<String> lines() {
    var lines = new ArrayList<String>();
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "Run %d%s: %,d jobs, %,d items in %.1f s (%,d items/s)",
            run,
            resumed ? " (begun by an earlier process, finished now)" : "",
            jobs,
            items,
            seconds,
            itemsPerSecond));
    for (var phase : phases) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-10s %,9d done, %,d dead",
              phase.name(),
              phase.done(),
              phase.dead()));
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "  %-10s %,9d inserted, %,d updated, %,d unchanged; %,d rows",
            "table",
            inserted,
            updated,
            unchanged,
            rows));
    if (!deadByReason.isEmpty()) {
      lines.add("Dead letters, by reason:");
      deadByReason.entrySet().stream()
          .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
          .forEach(
              entry ->
                  lines.add(
                      String.format(Locale.ROOT, "  %,9d  %s", entry.getValue(), entry.getKey())));
    }
    if (balanced) {
      lines.add(
          "The books balance: every item ended exactly once, and the table agrees"
              + " (read from the topics, read_committed).");
    } else {
      lines.add("The books DO NOT balance:");
      for (var problem : problems) lines.add("  " + problem);
    }
    return lines;
  }
}
