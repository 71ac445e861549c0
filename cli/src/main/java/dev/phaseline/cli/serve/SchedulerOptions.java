package dev.phaseline.cli.serve;

import dev.phaseline.cli.config.DataOptions;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.scheduler.SchedulerException;
import dev.phaseline.scheduler.TimerConfig;
import dev.phaseline.scheduler.TimerService;
import dev.phaseline.server.ServerConfig;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options of a scheduler, alone or beside a worker.
final class SchedulerOptions {
  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description = {
        "Where the scheduler keeps pending timers, on a local disk. When it is lost, it is read"
            + " from Kafka. The default:",
        ".phaseline/scheduler/SERVER"
      })
  private @Nullable Path stateDir;

  /// Options of a scheduler with its timers in this folder.
  static SchedulerOptions in(Path folder) {
    var options = new SchedulerOptions();
    options.stateDir = folder;
    return options;
  }

  /// Starts one.
  ///
  /// @throws CommandFailure naming what is wrong
  TimerService start(ServerConfig config, Duration startWait, ProbeListener endpoint) {
    try {
      var told =
          TimerConfig.of(config.server(), config.kafka(), folder(config))
              .withNames(config.names())
              .withTuning(TimerConfig.Tuning.DEFAULT.withStartWait(startWait));
      var started = TimerService.start(endpoint.registry().map(told::withMeters).orElse(told));
      endpoint.runs(started);
      return started;
    } catch (SchedulerException failed) {
      throw CommandFailure.of("the scheduler can't start: " + failed.getMessage(), failed);
    } catch (IllegalArgumentException invalid) {
      throw CommandFailure.usage("the scheduler can't start: " + invalid.getMessage());
    }
  }

  /// Looks whether it can go on.
  ///
  /// @throws CommandFailure when something won't mend by itself
  static void look(TimerService scheduler) {
    scheduler
        .failure()
        .ifPresent(
            thrown -> {
              throw CommandFailure.of("the scheduler can't go on: " + thrown.getMessage(), thrown);
            });
    if (scheduler.state() == TimerService.State.FAILED) {
      throw CommandFailure.of("the scheduler can't go on; add --verbose for what happened");
    }
  }

  private Path folder(ServerConfig config) {
    return DataOptions.made(
        stateDir == null ? DataOptions.stateFolder(config, "scheduler") : stateDir.normalize(),
        "--state-dir");
  }
}
