package dev.phaseline.cli.demo;

import dev.phaseline.cli.config.Logs;
import dev.phaseline.cli.serve.Backbone;
import dev.phaseline.cli.serve.TrackerOptions;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.FailureLine;
import dev.phaseline.cli.text.Interrupt;
import dev.phaseline.examples.feeds.FeedsPipeline;
import dev.phaseline.ops.control.Control;
import dev.phaseline.ops.schedule.ScheduleClient;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.server.ServerConfig;
import dev.phaseline.server.ServerFile;
import dev.phaseline.topics.ClusterException;
import dev.phaseline.topics.TopicSettings;
import dev.phaseline.topics.TopicSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;

/// `phaseline demo feeds`: schedules of feeds on servers of which one is added, one killed and one
/// drained, and the audit of it. Broker, registry and tracker run in this process. One use, one
/// thread.
final class FeedsDemo {
  /// The time that Ctrl-C waits for the broker.
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration START_WAIT = Duration.ofMinutes(1);
  private static final int PARTITIONS = 4;
  private static final Author AUTHOR = new Author("demo", "demo feeds", "");

  private final Path dataDir;
  private final int days;
  private final Interrupt interrupt;
  private final Consumer<String> lines;

  /// @param days so many days of 24 s
  /// @param lines gets the progress
  FeedsDemo(Path dataDir, int days, Interrupt interrupt, Consumer<String> lines) {
    this.dataDir = dataDir;
    this.days = days;
    this.interrupt = interrupt;
    this.lines = lines;
  }

  /// Runs it.
  ///
  /// @param fresh whether to delete first what an earlier one left
  /// @return empty when Ctrl-C came first
  /// @throws CommandFailure when a part can't start or go on
  Optional<FeedsReport> run(boolean fresh, boolean verbose) throws InterruptedException {
    try (var folder = DemoFolder.open(dataDir, "feeds")) {
      var log = Logs.toFile(folder.path(), verbose, lines);
      lines.accept("phaseline demo feeds (data in " + folder.path() + ", log in " + log + ")");
      if (fresh) folder.wipe();
      try (var backbone = Backbone.start(folder.broker(), 0, 0)) {
        lines.accept("  broker    " + backbone.bootstrapServers());
        lines.accept("  registry  " + backbone.registryUrl());
        return run(folder.path(), config(backbone));
      } catch (IOException failed) {
        throw CommandFailure.of("the demo can't go on: " + failed, failed);
      } catch (ClusterException failed) {
        throw CommandFailure.of(FailureLine.of(failed), failed);
      } finally {
        Logs.off();
      }
    }
  }

  private static ServerConfig config(Backbone backbone) {
    return ServerFile.none()
        .withServer("demo")
        .withKafka(ServerConfig.BOOTSTRAP, backbone.bootstrapServers())
        .withSetting(ServerConfig.REGISTRY, backbone.registryUrl().toString());
  }

  private Optional<FeedsReport> run(Path folder, ServerConfig config)
      throws IOException, InterruptedException {
    forgetRows(folder);
    createTopics(config);
    try (var tracker = TrackerOptions.in(folder.resolve("tracker")).start(config, START_WAIT);
        var schedules = ScheduleClient.open(config.kafka(), config.names());
        var control = Control.open(config.kafka(), config.names());
        var servers = new FeedServers(folder, config)) {
      var script = new FeedsScript(days, servers, interrupt, lines);
      var report = script.run(schedules, control, AUTHOR, () -> FeedsAudit.of(config, schedules));
      TrackerOptions.look(tracker);
      return report;
    }
  }

  /// Rows of an earlier run are no business of this one's.
  private static void forgetRows(Path folder) throws IOException {
    try (var files = Files.newDirectoryStream(folder, "*.rows")) {
      for (var file : files) Files.delete(file);
    }
  }

  static void createTopics(ServerConfig config) {
    var settings = TopicSettings.SINGLE.withPartitions(PARTITIONS);
    var phases = List.of(FeedsPipeline.FETCH, FeedsPipeline.IMPORT);
    try (var admin = Admin.create(config.kafka())) {
      var setup = new TopicSetup(admin, config.names(), settings);
      setup.ensure(FeedsPipeline.NAME, phases).orThrow();
      setup.ensure(FeedsPipeline.ARCHIVE, phases).orThrow();
      setup.ensureTimers().orThrow();
      setup.ensureControl().orThrow();
      setup.ensureJobs().orThrow();
      setup.ensureConsole().orThrow();
    }
  }
}
