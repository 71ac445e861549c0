package dev.phaseline.ops.dead;

import static dev.phaseline.ops.dead.LetterRig.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.ops.TestCluster;
import dev.phaseline.ops.dead.RedriveReport.End;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whoever presses the button and whoever is killed: each letter is redriven exactly once.
@Tag("broker")
final class RedriveOnceTest {
  private static final int KILLS = Integer.getInteger("phaseline.kills", 6);

  @TempDir private static Path folder;
  private static TestCluster cluster;

  @BeforeAll
  static void startBroker() {
    cluster = new TestCluster(folder.resolve("data"));
  }

  @AfterAll
  static void stopBroker() {
    cluster.close();
  }

  @Test
  void operatorsWhoPressAtOnceRedriveEachLetterOnceAndKnowHowMany() throws Exception {
    var rig = LetterRig.of(cluster, "pressed-at-once");
    var ids = rig.dead(3_000);
    var sent = new ArrayList<Long>();
    var ends = new ArrayList<End>();
    try (var operators = Executors.newVirtualThreadPerTaskExecutor()) {
      var presses = new ArrayList<Callable<List<RedriveReport>>>();
      for (var i = 0; i < 3; i++) presses.add(() -> pressUntilThrough(rig));
      for (var press : operators.invokeAll(presses)) {
        for (var report : press.get()) {
          sent.add(report.redriven());
          ends.add(report.end());
        }
      }
    }
    System.out.println("redriven by each press: " + sent + ", ends: " + ends);
    assertEachOnce(rig, ids);
    assertThat(sent.stream().mapToLong(Long::longValue).sum())
        .as("what the operators were told adds up")
        .isEqualTo(ids.size());
    assertThat(ends).contains(End.COMPLETE);
  }

  /// As an operator would: again, until a press is not cut off.
  private static List<RedriveReport> pressUntilThrough(LetterRig rig) {
    var reports = new ArrayList<RedriveReport>();
    for (var round = 0; round < 300; round++) {
      try (var desk = rig.box().open("operator@" + Thread.currentThread().threadId())) {
        var report = desk.redrive(query("phase=fetch"), Redrive.DEFAULT, ProgressListener.NONE);
        reports.add(report);
        if (report.end() == End.COMPLETE) return reports;
      } catch (TakenOverException beforeItBegan) {
        // nothing was sent
      }
    }
    return reports;
  }

  @Test
  void operatorsWhoPressOnceEachAtTheSameTimeAreThroughWithoutAnError() throws Exception {
    var rig = LetterRig.of(cluster, "pressed-once-each");
    var ids = rig.dead(3_000);
    var reports = new ArrayList<RedriveReport>();
    try (var operators = Executors.newVirtualThreadPerTaskExecutor()) {
      var presses = new ArrayList<Callable<RedriveReport>>();
      for (var name : List.of("ann@here", "bob@there")) {
        presses.add(
            () ->
                rig.box()
                    .redrive(name, query("phase=fetch"), Redrive.DEFAULT, ProgressListener.NONE));
      }
      for (var press : operators.invokeAll(presses)) reports.add(press.get());
    }
    System.out.println("two operators: " + reports);
    assertThat(reports)
        .allSatisfy(
            report -> {
              assertThat(report.end()).isEqualTo(End.COMPLETE);
              assertThat(report.refused().count()).isZero();
              assertThat(report.left()).isZero();
            });
    assertThat(reports.stream().mapToLong(RedriveReport::redriven).sum())
        .as("what the operators were told adds up")
        .isEqualTo(ids.size());
    assertEachOnce(rig, ids);
  }

  @Test
  void redriveGoesOnWhenItsDeskIsTakenOverOnTheWay() {
    var rig = LetterRig.of(cluster, "taken-over");
    var ids = rig.dead(1_200);
    var robbed = new java.util.concurrent.atomic.AtomicBoolean();
    ProgressListener robber =
        (step, _, _) -> {
          if (!step.equals("sending") || !robbed.compareAndSet(false, true)) return;
          rig.box().open("robber@there").close();
        };
    var named = query(String.join(" ", ids));
    var report = rig.box().redrive("ann@here", named, Redrive.DEFAULT, robber);

    assertThat(robbed).isTrue();
    assertThat(report.refused().count()).as("what it sent itself").isZero();
    assertThat(report.matched()).isEqualTo(ids.size());
    assertThat(report.end()).isEqualTo(End.COMPLETE);
    assertThat(report.redriven()).isEqualTo(ids.size());
    assertEachOnce(rig, ids);
  }

  @Test
  void processesThatAreKilledOnTheWayRedriveEachLetterOnce() throws Exception {
    var seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var rig = LetterRig.of(cluster, "killed-on-the-way");
    var ids = rig.dead(4_000);
    var killedOnTheWay = 0;
    for (var i = 0; killedOnTheWay < KILLS && i < 3 * KILLS; i++) {
      var rate = i % 3 == 0 ? 0 : 300; // at full speed only the first moments count
      if (killAfter(random.nextInt(rate == 0 ? 250 : 1_200), rate)) killedOnTheWay++;
      var soFar = rig.redrivenTo("fetch");
      assertThat(soFar.values()).as("seed %d, kill %d", seed, i).allMatch(all -> all.size() == 1);
      if (ids.size() - soFar.size() < 1_000) ids.addAll(rig.dead("more-" + i + '-', 2_000));
    }
    assertThat(killedOnTheWay).as("kills that found it alive, seed %d", seed).isEqualTo(KILLS);
    try (var desk = rig.box().open("last@here")) {
      assertThat(desk.redrive(LetterQuery.ALL, Redrive.DEFAULT, ProgressListener.NONE).end())
          .isEqualTo(End.COMPLETE);
    }
    assertEachOnce(rig, ids);
  }

  /// Starts a redrive in a process of its own and kills it so long after it holds the desk.
  ///
  /// @return whether it was still alive
  private static boolean killAfter(int millis, int rate) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                RedriveProcess.class.getName(),
                cluster.broker.bootstrapServers(),
                "killed-on-the-way",
                Integer.toString(rate))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var lines = process.inputReader()) {
      String line;
      do line = lines.readLine();
      while (line != null && !line.equals("open"));
      assertThat(line).as("the child got to its desk").isNotNull();
      var ended = process.waitFor(millis, TimeUnit.MILLISECONDS);
      process.destroyForcibly().waitFor();
      return !ended;
    }
  }

  private static void assertEachOnce(LetterRig rig, List<String> ids) {
    assertThat(rig.redrivenTo("fetch").keySet()).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(rig.redrivenTo("fetch").values()).allMatch(records -> records.size() == 1);
    assertThat(rig.box().find(query("state=redriven"), 1).total()).isEqualTo(ids.size());
    rig.finish("fetch");
    var books = rig.audit();
    assertThat(books.balanced()).as("%s", books).isTrue();
    assertThat(books.done()).isEqualTo(ids.size());
    assertThat(books.dead()).isZero();
  }
}
