package dev.phaseline.ops.tracker;

import dev.phaseline.schemas.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// A tracker in a process of its own, to be killed. Says `READY` when it can answer, and ends when
/// its standard input does, which is when its parent does.
final class TrackerMain {
  private TrackerMain() {}

  public static void main(String[] args) throws Exception {
    var config =
        TrackerConfig.of(args[2], Map.of("bootstrap.servers", args[0]), Path.of(args[3]))
            .withNames(new TopicNames(args[1]));
    var tracker = Tracker.start(config, InFlight.UNKNOWN);
    if (!tracker.awaitReady(Duration.ofMinutes(4))) System.exit(1);
    System.out.println("READY");
    while (System.in.read() >= 0) {
      // nobody says anything
    }
    Runtime.getRuntime().halt(2);
  }
}
