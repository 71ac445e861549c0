package dev.phaseline.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The demo's JVM, broker and all, is killed with SIGKILL at a random moment, over and over; each
/// time the next demo finishes the run, and its books balance.
@Tag("broker")
final class DemoSurvivesKillTest {
  private static final int KILLS = Integer.getInteger("phaseline.kills", 2);
  private static final int ITEMS = 2_000;
  private static final Duration PATIENCE = Duration.ofMinutes(6);

  /// What a demo says on its way; it is killed some time after one of them.
  private static final String[] MILESTONES = {"  registry ", "  run ", " done | "};

  @TempDir Path data;

  @Test
  void killedAtAnyMomentTheNextRunFinishesAndTheBooksBalance() throws Exception {
    var seed = Long.getLong("phaseline.seed", System.nanoTime());
    System.out.println("DemoSurvivesKillTest: -Dphaseline.seed=" + seed);
    var chance = new Random(seed);
    var insertedInAll = 0L;
    for (var kill = 1; kill <= KILLS; kill++) {
      var killed = killOne(chance);

      var demo = DemoProcess.start(data, "--limit", Integer.toString(ITEMS));
      var status = demo.await(PATIENCE);

      var as = "kill " + kill + " of seed " + seed + " (" + killed + "): " + demo.output();
      assertThat(status).as(as).isZero();
      var summary = demo.summary();
      assertThat(summary.path("balanced").asBoolean()).as(as).isTrue();
      assertThat(summary.path("items").asLong()).as(as).isEqualTo(ITEMS);
      assertThat(summary.path("done").asLong() + summary.path("dead").asLong())
          .as(as)
          .isEqualTo(ITEMS);
      // The same rows each time: each inserted once, by whichever run came first, and never
      // changed.
      assertThat(summary.path("rows").asLong()).as(as).isEqualTo(summary.path("done").asLong());
      insertedInAll += summary.path("inserted").asLong();
      assertThat(insertedInAll).as(as).isLessThanOrEqualTo(summary.path("done").asLong());
      assertThat(summary.path("updated").asLong()).as(as).isZero();
    }
  }

  /// Starts demos until one is killed before its end.
  ///
  /// @return where
  private String killOne(Random chance) throws Exception {
    while (true) {
      var demo = DemoProcess.start(data, "--limit", Integer.toString(ITEMS));
      var milestone = MILESTONES[chance.nextInt(MILESTONES.length)];
      var delay = Duration.ofMillis(chance.nextInt(1_500));
      if (demo.awaitLine(milestone, PATIENCE) && demo.killAfter(delay)) {
        return delay.toMillis() + " ms after '" + milestone + "'";
      }
      assertThat(demo.await(PATIENCE)).as(demo.output()).isZero();
    }
  }
}
