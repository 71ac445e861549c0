package dev.phaseline.ops.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.schemas.JobEnd;
import dev.phaseline.schemas.TopicNames;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A tracker that is killed again and again, while it reads and while it restores: what it counts
/// equals what was written, and each end of a job is told once.
@Tag("broker")
final class TrackerKillTest {
  private static final int KILLS = Integer.getInteger("phaseline.kills", 6);

  @TempDir private static Path folder;

  @Test
  void whatIsCountedIsTrueWhateverIsKilled() throws Exception {
    var seed = Long.getLong("phaseline.seed", new Random().nextLong());
    System.out.println("seed " + seed + " (-Dphaseline.seed=" + seed + " repeats it)");
    var random = new Random(seed);
    var ready = 0;
    try (var rig = new TrackerRig(folder.resolve("data"))) {
      var names = rig.space("kill");
      var sim = new WorkSim(names, random, rig, "k", System.currentTimeMillis());
      for (var kill = 0; kill < KILLS; kill++) {
        sim.run(400, 50 * (kill + 1));
        var child = start(rig, names);
        try {
          var said = said(child);
          // Of every two, one is killed while it starts and restores, one with its hands full.
          if (kill % 2 == 0) {
            var _ = said.get();
            sim.run(random.nextInt(1, 60), 50 * (kill + 1));
          } else {
            Thread.sleep(random.nextInt(500, 2_000));
          }
          if (said.isDone()) ready++;
        } finally {
          child.destroyForcibly().waitFor();
        }
      }
      sim.finish();
      var last = rig.config("one", names, folder.resolve("state"));
      try (var tracker = Tracker.start(last, InFlight.UNKNOWN)) {
        TrackerRig.until(TrackerRig.PATIENCE, () -> Truth.check(sim, tracker.status()));
      }
      checkEnds(sim, rig, names);
      System.out.println(
          "%d jobs, %d kills, %d of them before it could answer"
              .formatted(sim.jobs.size(), KILLS, KILLS - ready));
    }
  }

  private static void checkEnds(WorkSim sim, TrackerRig rig, TopicNames names) {
    var last = new HashMap<String, JobEnd>();
    var times = new HashMap<String, Integer>();
    for (var end : rig.ends(names)) {
      last.put(end.job(), end);
      times.merge(end.job(), 1, Integer::sum);
    }
    sim.jobs.forEach(
        (id, job) -> {
          if (job.withdrawn) return; // whether it was told to begin first, is for the scheduler
          if (!job.redriven) assertThat(times.get(id)).as("ends of %s", id).isEqualTo(1);
          var end = last.get(id);
          if (end == null) throw new AssertionError("no end of " + id);
          assertThat(end.state()).as(id).isEqualTo(job.state());
          assertThat(end.items()).as(id).isEqualTo(job.made);
          assertThat(end.ending()).as(id).isEqualTo(times.get(id));
        });
  }

  private static CompletableFuture<String> said(Process child) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            var line = child.inputReader(UTF_8).readLine();
            return line == null ? "" : line;
          } catch (java.io.IOException gone) {
            return "";
          }
        });
  }

  private static Process start(TrackerRig rig, TopicNames names) throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            java,
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            TrackerMain.class.getName(),
            String.valueOf(rig.broker.clientConfig().get("bootstrap.servers")),
            names.namespace(),
            "one",
            folder.resolve("state").toString())
        .redirectError(folder.resolve("tracker.log").toFile())
        .start();
  }
}
