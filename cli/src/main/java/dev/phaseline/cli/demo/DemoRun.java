package dev.phaseline.cli.demo;

import dev.phaseline.cli.progress.Screen;
import dev.phaseline.cli.progress.View;
import dev.phaseline.cli.serve.Backbone;
import dev.phaseline.cli.serve.Conditions;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.FailureLine;
import dev.phaseline.cli.text.Interrupt;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.Pipeline;
import dev.phaseline.examples.cities.CityData;
import dev.phaseline.examples.cities.CityStore;
import dev.phaseline.producer.JobClient;
import dev.phaseline.producer.JobRequest;
import dev.phaseline.producer.SubmitResult;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.ClusterException;
import dev.phaseline.topics.TopicSettings;
import dev.phaseline.topics.TopicSetup;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.Worker;
import dev.phaseline.worker.WorkerConfig;
import dev.phaseline.worker.WorkerException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import org.apache.kafka.clients.admin.Admin;

/// One run over all countries: begun or taken up again, worked off, audited. One use, one thread.
final class DemoRun {
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration DRAW_EVERY = Duration.ofMillis(200);
  private static final Duration DRAIN_MAX = Duration.ofSeconds(10);

  /// Consumer of the summary at the end of the run.
  @FunctionalInterface
  interface End {
    int of(Summary summary, Path database);
  }

  private final DemoOptions options;
  private final DemoFolder folder;
  private final Backbone backbone;
  private final Screen screen;
  private final Interrupt interrupt;
  private final long startNanos;
  private final CityData data = CityData.load();
  private final TopicNames names = TopicNames.DEFAULT;
  private final Conditions conditions;

  DemoRun(
      DemoOptions options,
      DemoFolder folder,
      Backbone backbone,
      Screen screen,
      Interrupt interrupt,
      long startNanos) {
    this.options = options;
    this.folder = folder;
    this.backbone = backbone;
    this.screen = screen;
    this.conditions = new Conditions(screen::line);
    this.interrupt = interrupt;
    this.startNanos = startNanos;
  }

  int run(End end) throws InterruptedException {
    try (var store = CityStore.open(folder.database())) {
      var cities = Cities.of(data, store, backbone.registryUrl());
      createTopics(cities.pipeline());
      return run(store, cities, end);
    } catch (DependencyDownException unusable) {
      throw CommandFailure.of(
          unusable.getMessage() + " (--data DIR chooses another folder)", unusable);
    } catch (SQLException failed) {
      throw CommandFailure.of("the city database fails: " + failed.getMessage(), failed);
    }
  }

  private void createTopics(Pipeline pipeline) {
    var settings = TopicSettings.SINGLE.withPartitions(options.sizing().partitions());
    try (var admin = Admin.create(backbone.clients())) {
      var setup = new TopicSetup(admin, names, settings);
      var report = setup.ensure(pipeline.name(), pipeline.phaseNames());
      if (report.ok()) report = setup.ensureControl();
      if (report.ok()) return;
      throw CommandFailure.of(
          report.problems().getFirst().message()
              + "; or use --partitions as before, or begin anew with --fresh");
    } catch (ClusterException failed) {
      throw CommandFailure.of(FailureLine.of(failed), failed);
    }
  }

  private int run(CityStore store, Cities cities, End end)
      throws SQLException, InterruptedException {
    var pipeline = cities.pipeline();
    if (!finishRedriven(pipeline)) return ExitStatus.INTERRUPTED;
    var books = RunBooks.open(folder, backbone, names, pipeline, options.limit(), store, data);
    try (books) {
      books.catchUp();
      if (books.resumed()) {
        screen.line("  run " + books.run().run() + " was cut off: going on with it");
      }
      try (var worker = worker(pipeline)) {
        submit(books, cities);
        var before = books.ended();
        var startedNanos = System.nanoTime();
        if (!follow(books, worker)) return interrupted(books, worker);
        var rate = rate(books.ended() - before, System.nanoTime() - startedNanos);
        if (!options.keep()) drain(worker);
        screen.close();
        var status = end.of(books.audit(seconds(), rate), folder.database());
        if (options.keep()) keep();
        return status;
      }
    }
  }

  /// Works off what operators have redriven since the last run, so that the rows of this run are
  /// its own.
  ///
  /// @return false when Ctrl-C came first
  private boolean finishRedriven(Pipeline pipeline) throws InterruptedException {
    var redriven = Redriven.find(backbone.clients(), names, pipeline);
    var waiting = redriven.waiting();
    if (waiting == 0) return true;
    screen.line(
        String.format(
            Locale.ROOT, "  redriven  %,d still to be handled: finishing them first", waiting));
    try (var worker = worker(pipeline)) {
      while (redriven.waiting() > 0) {
        if (interrupt.await(DRAW_EVERY)) return false;
        watch(worker);
      }
    }
    screen.line("            " + redriven.ends());
    return true;
  }

  private Worker worker(Pipeline pipeline) {
    var timing = WorkerConfig.Timing.DEFAULT;
    var config =
        WorkerConfig.of("demo", backbone.clients())
            .withTopics(names)
            .withTiming(new WorkerConfig.Timing(timing.start(), DRAIN_MAX, timing.revoke()));
    var atOnce = options.sizing().concurrency();
    var placements =
        Placement.all(pipeline).stream()
            .map(
                as ->
                    atOnce == 0
                        ? as
                        : new Placement(
                            pipeline, as.phase(), as.options().withConcurrency(atOnce), as.lanes()))
            .toList();
    try {
      return Worker.start(config, placements);
    } catch (WorkerException failed) {
      throw CommandFailure.of("the worker can't start: " + failed.getMessage(), failed);
    }
  }

  /// Submits the jobs of the run that are not in the topic yet.
  private void submit(RunBooks books, Cities cities) {
    var missing = books.missing();
    screen.line(
        String.format(
            Locale.ROOT,
            "  run %d     %,d jobs, %,d items%s",
            books.run().run(),
            books.jobs(),
            books.itemsExpected(),
            books.resumed()
                ? String.format(Locale.ROOT, "; %,d jobs still to submit", missing.size())
                : ""));
    if (missing.isEmpty()) return;
    var requests =
        missing.entrySet().stream()
            .map(
                job ->
                    JobRequest.withId(job.getKey(), job.getValue())
                        .withKey(job.getValue().country()))
            .toList();
    try (var client =
        JobClient.connect(backbone.clients(), JobClient.Settings.DEFAULT.withNames(names))) {
      for (var result : client.submitAll(cities.jobType(), requests).join().results()) {
        if (result instanceof SubmitResult.Refused refused) {
          throw CommandFailure.of(FailureLine.of(refused.exception()), refused.exception());
        }
      }
    }
  }

  /// Watches the topics until every item of the run has ended.
  ///
  /// @return false when Ctrl-C came first
  private boolean follow(RunBooks books, Worker worker) {
    var drawnNanos = System.nanoTime() - DRAW_EVERY.toNanos();
    while (!books.isComplete()) {
      if (interrupt.requested()) return false;
      books.poll(LOOK_EVERY);
      if (System.nanoTime() - drawnNanos < DRAW_EVERY.toNanos()) continue;
      drawnNanos = System.nanoTime();
      watch(worker);
      draw(books, worker);
    }
    draw(books, worker);
    return true;
  }

  private void draw(RunBooks books, Worker worker) {
    var running = new HashMap<String, Integer>();
    for (var phase : worker.status()) running.put(phase.phase(), phase.running());
    screen.show(
        new View(
            "cities, run " + books.run().run() + (books.resumed() ? " (resumed)" : ""),
            Duration.ofNanos(System.nanoTime() - startNanos),
            books.counts(running)));
  }

  private void watch(Worker worker) {
    conditions.look(worker);
    backbone
        .failure()
        .ifPresent(
            thrown -> {
              throw CommandFailure.of("the broker has stopped: " + FailureLine.of(thrown), thrown);
            });
  }

  /// Closing is idempotent: what follows is read with nobody at work.
  private static void drain(Worker worker) {
    worker.close();
  }

  private int interrupted(RunBooks books, Worker worker) {
    screen.line("stopping: handlers finish what they have begun ...");
    drain(worker);
    books.catchUp();
    draw(books, worker);
    screen.close();
    screen.line(
        String.format(
            Locale.ROOT,
            "Stopped: %,d of %,d items of run %d have ended. Nothing is lost: the next run goes"
                + " on.",
            books.ended(),
            books.itemsExpected(),
            books.run().run()));
    return ExitStatus.INTERRUPTED;
  }

  private void keep() throws InterruptedException {
    screen.line("");
    screen.line(
        "Broker "
            + backbone.bootstrapServers()
            + ", registry "
            + backbone.registryUrl()
            + " and the worker go on until Ctrl-C ...");
    while (!interrupt.await(Duration.ofSeconds(1))) {
      backbone
          .failure()
          .ifPresent(
              thrown -> {
                throw CommandFailure.of(
                    "the broker has stopped: " + FailureLine.of(thrown), thrown);
              });
    }
  }

  private double seconds() {
    return Math.round((System.nanoTime() - startNanos) / 1e8) / 10.0;
  }

  private static long rate(long items, long nanos) {
    return nanos <= 0 ? 0 : Math.round(items * 1e9 / nanos);
  }
}
