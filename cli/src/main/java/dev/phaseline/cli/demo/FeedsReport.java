package dev.phaseline.cli.demo;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.phaseline.cli.text.Table;
import dev.phaseline.cli.text.Table.Fit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Result of the demo of feeds, for `--json` and for the text output. Immutable.
///
/// @param balanced whether no instant was missed and none doubled, every job and item ended once,
///   and nothing that was complete ran again after the drain
/// @param seconds how long the schedules ran
/// @param schedules the audit of each schedule
/// @param pipelines the audit of each pipeline
/// @param rows imports, and those that ran twice
/// @param servers the events of servers
/// @param unblocked how many jobs of the hourly feed ended while a job of the archive ran
/// @param problems what is wrong, one line each
@JsonPropertyOrder({"balanced", "seconds", "schedules", "pipelines", "rows", "servers"})
record FeedsReport(
    boolean balanced,
    long seconds,
    List<ScheduleAudit.Result> schedules,
    List<PipelineBooks> pipelines,
    Rows rows,
    Servers servers,
    long unblocked,
    List<String> problems) {
  /// Of more problems only the number is printed.
  private static final int PROBLEMS_SHOWN = 20;

  FeedsReport {
    schedules = List.copyOf(schedules);
    pipelines = List.copyOf(pipelines);
    problems = List.copyOf(problems);
  }

  /// Books of one pipeline, of this run's jobs.
  ///
  /// @param name the pipeline's
  /// @param jobs in it
  /// @param items of its jobs: one for each job and one for each row
  /// @param done items that ended well: rows
  /// @param dead items that are dead letters
  record PipelineBooks(String name, long jobs, long items, long done, long dead) {}

  /// Imports of rows, from the servers' files.
  ///
  /// @param imported rows that were imported
  /// @param againAfterKill of those that the killed server had finished, how many ran again: it had
  ///   not committed them
  /// @param againAfterDrain of those that the drained server had finished, how many ran again
  record Rows(long imported, long againAfterKill, long againAfterDrain) {}

  /// Times of what happened to servers, in milliseconds, as heartbeats showed it, which come once a
  /// second.
  ///
  /// @param joinedMs from the start of the added server's process to its first partition
  /// @param takenOverMs from the kill to the moment when others had the killed server's partitions
  /// @param drainedMs from the command to the moment when others had the drained server's
  record Servers(long joinedMs, long takenOverMs, long drainedMs) {}

  /// Text for people.
  ///
  /// @param width of the terminal
  List<String> lines(int width) {
    var lines = new ArrayList<String>();
    lines.add("");
    lines.addAll(scheduleTable().lines(width));
    lines.add("");
    for (var one : pipelines) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-13s  %,d jobs, %,d rows imported, %,d items dead",
              one.name(),
              one.jobs(),
              one.done(),
              one.dead()));
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d jobs of shop-hourly ended while one of archive-daily ran.",
            unblocked));
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "server-c had its share %s after its start.",
            seconds(servers.joinedMs())));
    lines.add(
        String.format(
            Locale.ROOT,
            "server-b was killed: taken over in %s; imports that ran twice: %,d of %,d.",
            seconds(servers.takenOverMs()),
            rows.againAfterKill(),
            rows.imported()));
    lines.add(
        String.format(
            Locale.ROOT,
            "server-a was drained in %s; imports that ran twice: %,d.",
            seconds(servers.drainedMs()),
            rows.againAfterDrain()));
    lines.add("");
    verdict(lines);
    return lines;
  }

  private Table scheduleTable() {
    var table =
        new Table(
            List.of(
                Table.text("SCHEDULE", Fit.NAME),
                Table.number("INSTANTS", Fit.NEEDED),
                Table.number("JOBS", Fit.NEEDED),
                Table.number("SKIPPED", Fit.NEEDED),
                Table.number("LATE P50", Fit.WANTED),
                Table.number("MAX", Fit.WANTED),
                Table.number("TOOK P50", Fit.USEFUL),
                Table.number("MAX", Fit.USEFUL)));
    for (var one : schedules) {
      table.row(
          one.id(),
          String.format(Locale.ROOT, "%,d", one.instants()),
          String.format(Locale.ROOT, "%,d", one.submitted()),
          String.format(Locale.ROOT, "%,d", one.skipped()),
          time(one.lateP50Ms()),
          time(one.lateMaxMs()),
          time(one.tookP50Ms()),
          time(one.tookMaxMs()));
    }
    return table;
  }

  private void verdict(List<String> lines) {
    if (balanced) {
      lines.add("No instant was missed and none doubled; every job and item ended exactly once");
      lines.add("(read from the topics, read_committed).");
      return;
    }
    lines.add("The audit FOUND what must not be:");
    problems.stream().limit(PROBLEMS_SHOWN).forEach(problem -> lines.add("  " + problem));
    var more = problems.size() - PROBLEMS_SHOWN;
    if (more > 0) lines.add(String.format(Locale.ROOT, "  and %,d more", more));
  }

  private static String time(long millis) {
    return millis < 10_000 ? String.format(Locale.ROOT, "%,d ms", millis) : seconds(millis);
  }

  private static String seconds(long millis) {
    return String.format(Locale.ROOT, "%.1f s", millis / 1e3);
  }
}
