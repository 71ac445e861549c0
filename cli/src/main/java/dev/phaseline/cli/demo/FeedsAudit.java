package dev.phaseline.cli.demo;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.FailureLine;
import dev.phaseline.examples.feeds.FeedsPipeline;
import dev.phaseline.examples.feeds.RowFile;
import dev.phaseline.ops.audit.PipelineAudit;
import dev.phaseline.ops.schedule.ScheduleClient;
import dev.phaseline.schemas.schedule.ScheduleRun;
import dev.phaseline.server.ServerConfig;
import dev.phaseline.topics.ClusterException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Audit of a run of the demo of feeds, taken when its schedules and jobs have ended: schedules by
/// their decisions, pipelines by their topics, imports by the servers' files. For one thread.
final class FeedsAudit {
  private static final int HISTORY_MAX = 100_000;

  private final List<ScheduleAudit.Result> schedules = new ArrayList<>();
  private final List<FeedsReport.PipelineBooks> pipelines = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Map<String, List<ScheduleRun>> runs = new LinkedHashMap<>();

  private FeedsAudit() {}

  /// Audits.
  ///
  /// @throws CommandFailure when the cluster does not answer
  static FeedsAudit of(ServerConfig config, ScheduleClient client) {
    var audit = new FeedsAudit();
    try {
      audit.run(config, client);
    } catch (ClusterException failed) {
      throw CommandFailure.of(FailureLine.of(failed), failed);
    }
    return audit;
  }

  private void run(ServerConfig config, ScheduleClient client) {
    var views = client.list();
    // Ids of a generation's jobs begin alike; those of earlier runs are not audited again.
    var prefixes = new HashMap<String, Set<String>>();
    for (var view : views) {
      prefixes.put(view.id() + "~" + view.record().generation() + "@", new HashSet<>());
    }
    pipeline(config, FeedsPipeline.NAME, prefixes);
    pipeline(config, FeedsPipeline.ARCHIVE, prefixes);
    for (var view : views) {
      var generation = view.record().generation();
      var history =
          client.history(view.id(), HISTORY_MAX).reversed().stream()
              .filter(run -> run.generation() == generation)
              .toList();
      runs.put(view.id(), history);
      var jobs = prefixes.getOrDefault(view.id() + "~" + generation + "@", Set.of());
      var verdict = ScheduleAudit.of(view.id(), view.spec(), history, jobs);
      schedules.add(verdict.result());
      problems.addAll(verdict.problems());
    }
  }

  /// Audits a pipeline's items, and finds the ids of its jobs on the way.
  private void pipeline(ServerConfig config, String name, Map<String, Set<String>> byPrefix) {
    var books =
        PipelineAudit.audit(
            config.kafka(),
            config.names(),
            name,
            List.of(FeedsPipeline.FETCH, FeedsPipeline.IMPORT),
            job -> {
              var jobs = byPrefix.get(job.substring(0, job.indexOf('@') + 1));
              if (jobs != null) jobs.add(job);
              return jobs != null;
            });
    pipelines.add(
        new FeedsReport.PipelineBooks(
            name, books.jobs(), books.items(), books.done(), books.dead()));
    for (var problem : books.problems()) problems.add(name + ": " + problem);
    if (!books.balanced() && books.problems().isEmpty()) {
      problems.add(name + ": " + books.problemCounts());
    }
    if (books.dead() > 0) problems.add("%s: %,d items are dead".formatted(name, books.dead()));
  }

  List<String> problems() {
    return problems;
  }

  /// The report.
  FeedsReport report(long seconds, FeedsReport.Rows rows, FeedsReport.Servers servers) {
    if (rows.againAfterDrain() > 0) {
      problems.add(
          "%,d imports that the drained server had finished ran again"
              .formatted(rows.againAfterDrain()));
    }
    var unblocked =
        ScheduleAudit.endedWithin(
            runs.getOrDefault(FeedSchedules.HOURLY, List.of()),
            runs.getOrDefault(FeedSchedules.DAILY, List.of()));
    return new FeedsReport(
        problems.isEmpty(), seconds, schedules, pipelines, rows, servers, unblocked, problems);
  }

  /// Counts imports.
  ///
  /// @param files each server's file
  /// @param killed the server that was killed, and when
  /// @param drained the server that was drained, and when
  /// @throws IOException when a file can't be read
  static FeedsReport.Rows rows(Map<String, Path> files, Departure killed, Departure drained)
      throws IOException {
    var byServer = new HashMap<String, List<RowFile.Row>>();
    var all = new HashSet<String>();
    for (var file : files.entrySet()) {
      var rows = RowFile.read(file.getValue());
      byServer.put(file.getKey(), rows);
      rows.forEach(row -> all.add(row.item()));
    }
    return new FeedsReport.Rows(all.size(), again(byServer, killed), again(byServer, drained));
  }

  /// A server that left.
  ///
  /// @param server its name
  /// @param at the time of the kill or the command
  record Departure(String server, Instant at) {}

  /// The number of rows of a server that another one imported again after its departure.
  private static long again(Map<String, List<RowFile.Row>> byServer, Departure gone) {
    var finished = new HashSet<String>();
    byServer.getOrDefault(gone.server(), List.of()).forEach(row -> finished.add(row.item()));
    var again = new HashSet<String>();
    byServer.forEach(
        (server, rows) -> {
          if (server.equals(gone.server())) return;
          for (var row : rows) {
            if (!row.at().isBefore(gone.at()) && finished.contains(row.item())) {
              again.add(row.item());
            }
          }
        });
    return again.size();
  }
}
