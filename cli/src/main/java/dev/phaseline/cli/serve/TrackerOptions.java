package dev.phaseline.cli.serve;

import dev.phaseline.cli.config.Brokers;
import dev.phaseline.cli.config.DataOptions;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.ops.tracker.ReportedInFlight;
import dev.phaseline.ops.tracker.Tracker;
import dev.phaseline.ops.tracker.TrackerConfig;
import dev.phaseline.ops.tracker.TrackerException;
import dev.phaseline.server.ServerConfig;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options of the tracker that runs beside a console.
public final class TrackerOptions {
  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description = {
        "The tracker's data folder, on a local disk. When it is lost, it is read from Kafka"
            + " again. The default:",
        ".phaseline/tracker/SERVER"
      })
  private @Nullable Path stateDir;

  /// Options of a tracker with its stores in this folder.
  public static TrackerOptions in(Path folder) {
    var options = new TrackerOptions();
    options.stateDir = folder;
    return options;
  }

  /// Starts one. It answers when it has read what was there; until then it says how far it is.
  ///
  /// @throws CommandFailure naming what is wrong
  public Tracker start(ServerConfig config, Duration startWait) {
    try {
      var told =
          TrackerConfig.of(config.server(), config.kafka(), folder(config))
              .withNames(config.names())
              .withTuning(TrackerConfig.Tuning.DEFAULT.withStartWait(startWait));
      return Tracker.start(told, ReportedInFlight.open(config.kafka(), config.names()));
    } catch (TrackerException failed) {
      throw CommandFailure.of("the tracker can't start: " + failed.getMessage(), failed);
    } catch (KafkaException unusable) {
      throw Brokers.unusable(unusable);
    } catch (IllegalArgumentException invalid) {
      throw CommandFailure.usage("the tracker can't start: " + invalid.getMessage());
    }
  }

  /// Looks whether it can go on.
  ///
  /// @throws CommandFailure when something won't mend by itself
  public static void look(Tracker tracker) {
    tracker
        .failure()
        .ifPresent(
            thrown -> {
              throw CommandFailure.of("the tracker can't go on: " + thrown.getMessage(), thrown);
            });
  }

  private Path folder(ServerConfig config) {
    return DataOptions.made(
        stateDir == null ? DataOptions.stateFolder(config, "tracker") : stateDir.normalize(),
        "--state-dir");
  }
}
