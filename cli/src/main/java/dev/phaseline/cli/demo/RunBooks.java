package dev.phaseline.cli.demo;

import dev.phaseline.cli.progress.PhaseCounts;
import dev.phaseline.cli.serve.Backbone;
import dev.phaseline.core.Pipeline;
import dev.phaseline.examples.cities.CityData;
import dev.phaseline.examples.cities.CityStore;
import dev.phaseline.examples.cities.CountryRequest;
import dev.phaseline.ops.audit.BooksReport;
import dev.phaseline.ops.audit.PipelineAudit;
import dev.phaseline.schemas.TopicNames;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;

/// The books of one run: what it must do, what the topics say that was done, and whether the table
/// agrees. Not thread-safe.
final class RunBooks implements AutoCloseable {
  private final DemoFolder folder;
  private final DemoState run;
  private final boolean resumed;
  private final SequencedMap<String, CountryRequest> jobs;
  private final long itemsExpected;
  private final CityStore store;
  private final RunLedger ledger;
  private final RunTail tail;
  private final Supplier<BooksReport> audit;

  private RunBooks(
      DemoFolder folder,
      Begun begun,
      SequencedMap<String, CountryRequest> jobs,
      long items,
      CityStore store,
      Reading reading) {
    this.folder = folder;
    this.run = begun.run();
    this.resumed = begun.resumed();
    this.jobs = jobs;
    this.itemsExpected = items;
    this.store = store;
    this.ledger = reading.ledger();
    this.tail = reading.tail();
    this.audit = reading.audit();
  }

  private record Begun(DemoState run, boolean resumed) {}

  /// Two readings of the same topics: the ledger as they grow, the audit once more from the start.
  private record Reading(RunLedger ledger, RunTail tail, Supplier<BooksReport> audit) {}

  /// Takes up the run that was cut off, or begins the next one and writes that down.
  static RunBooks open(
      DemoFolder folder,
      Backbone backbone,
      TopicNames names,
      Pipeline pipeline,
      int limit,
      CityStore store,
      CityData data)
      throws SQLException {
    var topics = RunTail.topics(names, pipeline.name(), pipeline.phaseNames());
    var begun = begin(folder, backbone, topics, limit, store);
    var jobs = new LinkedHashMap<String, CountryRequest>();
    var items = 0L;
    for (var request : data.requests(CityData.REVISION, begun.run().limit())) {
      jobs.put(request.jobId(begun.run().name()), request);
      items += Math.min(data.count(request.country()), request.limit());
    }
    var ledger = new RunLedger(jobs.keySet(), pipeline.phaseNames());
    var tail =
        RunTail.open(
            backbone.clients(), names, pipeline.name(), pipeline.phaseNames(), begun.run(), ledger);
    Supplier<BooksReport> audit =
        () ->
            PipelineAudit.audit(
                backbone.clients(),
                names,
                pipeline.name(),
                pipeline.phaseNames(),
                id -> id.startsWith(begun.run().name() + "-"));
    return new RunBooks(folder, begun, jobs, items, store, new Reading(ledger, tail, audit));
  }

  private static Begun begin(
      DemoFolder folder, Backbone backbone, List<String> topics, int limit, CityStore store)
      throws SQLException {
    var cluster = clusterId(backbone.clients());
    var last = DemoState.read(folder.runFile());
    if (last.isPresent() && !last.get().finished() && last.get().cluster().equals(cluster)) {
      return new Begun(last.get(), true);
    }
    var number = last.map(state -> state.run() + 1).orElse(1);
    var ends = RunTail.ends(backbone.clients(), topics);
    var run = new DemoState(number, cluster, limit, store.count(), false, ends);
    run.write(folder.runFile());
    return new Begun(run, false);
  }

  private static String clusterId(Map<String, Object> clients) {
    try (var admin = Admin.create(clients)) {
      return AdminWait.of(admin.describeCluster().clusterId(), "the cluster's id");
    }
  }

  DemoState run() {
    return run;
  }

  /// Whether an earlier process began it.
  boolean resumed() {
    return resumed;
  }

  int jobs() {
    return jobs.size();
  }

  long itemsExpected() {
    return itemsExpected;
  }

  /// The jobs that are not in the topic, as far as was read.
  SequencedMap<String, CountryRequest> missing() {
    var missing = new LinkedHashMap<>(jobs);
    missing.keySet().removeAll(ledger.submitted());
    return missing;
  }

  void poll(Duration atMost) {
    tail.poll(atMost);
  }

  /// Reads everything that is committed by now.
  void catchUp() {
    tail.catchUp();
  }

  boolean isComplete() {
    return ledger.isComplete();
  }

  /// Number of items that have ended.
  long ended() {
    return ledger.doneItems() + ledger.dead();
  }

  List<PhaseCounts> counts(Map<String, Integer> running) {
    return ledger.counts(running, itemsExpected);
  }

  /// Checks everything once more when all has ended, and calls the run finished if it balances.
  Summary audit(double seconds, long itemsPerSecond) throws SQLException {
    catchUp();
    var changes = store.changedBy(run.name());
    var done = ledger.doneItems();
    var problems = new ArrayList<>(ledger.problems());
    checkChain(problems);
    if (!ledger.isComplete()) {
      problems.add(
          String.format(
              Locale.ROOT, "%,d of %,d jobs have ended", ledger.jobsEnded(), ledger.jobs()));
    }
    if (ledger.items() != itemsExpected) {
      problems.add(
          String.format(
              Locale.ROOT,
              "the jobs fanned out into %,d items, the data has %,d",
              ledger.items(),
              itemsExpected));
    }
    if (done + ledger.dead() != itemsExpected) {
      problems.add(
          String.format(
              Locale.ROOT,
              "%,d items are done and %,d dead, together not %,d",
              done,
              ledger.dead(),
              itemsExpected));
    }
    var rows = store.count();
    checkTable(rows, changes, problems);
    var balanced = problems.isEmpty();
    if (balanced) run.asFinished().write(folder.runFile());
    return new Summary(
        run.run(),
        resumed,
        ledger.jobs(),
        ledger.items(),
        done,
        ledger.dead(),
        changes.inserted(),
        changes.updated(),
        done - changes.inserted() - changes.updated(),
        rows,
        seconds,
        itemsPerSecond,
        counts(Map.of()).stream().map(Summary.Phase::of).toList(),
        ledger.deadByReason(),
        balanced,
        problems);
  }

  /// Every record against the one that it came from, by code that knows nothing of this run.
  private void checkChain(List<String> problems) {
    var report = audit.get();
    if (!report.balanced()) problems.add("the audit finds " + report.problemCounts());
    problems.addAll(report.problems());
    if (report.jobs() != ledger.jobs() || report.dead() != ledger.deadNow()) {
      problems.add(
          String.format(
              Locale.ROOT,
              "the audit counts %,d jobs and %,d dead letters, the run %,d and %,d",
              report.jobs(),
              report.dead(),
              ledger.jobs(),
              ledger.deadNow()));
    }
  }

  private void checkTable(long rows, CityStore.Changes changes, List<String> problems) {
    if (rows != run.rowsBefore() + changes.inserted()) {
      problems.add(
          String.format(
              Locale.ROOT,
              "the table has %,d rows; it had %,d and the run inserted %,d",
              rows,
              run.rowsBefore(),
              changes.inserted()));
    }
    if (changes.inserted() + changes.updated() > ledger.doneItems() + ledger.doneAgain()) {
      problems.add(
          String.format(
              Locale.ROOT,
              "the run wrote %,d rows, but only %,d items are done",
              changes.inserted() + changes.updated(),
              ledger.doneItems()));
    }
    if (rows < ledger.doneItems()) {
      problems.add(
          String.format(
              Locale.ROOT,
              "the table has %,d rows, fewer than the %,d items that are done",
              rows,
              ledger.doneItems()));
    }
  }

  @Override
  public void close() {
    tail.close();
  }
}
