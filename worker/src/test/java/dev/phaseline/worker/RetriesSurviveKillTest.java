package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.testkit.Event;
import dev.phaseline.testkit.Guarantees;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A worker's JVM is killed with SIGKILL again and again while retries are in flight; then every
/// item is done, dead or with the timers, once.
final class RetriesSurviveKillTest {
  private static final int KILLS = 10;
  private static final int ITEMS = 4_000;
  private static final int KEYS = 80;

  @TempDir Path folder;

  @Test
  void everyItemEndsOnceHoweverOftenTheWorkerIsKilled() throws Exception {
    var seed = Long.getLong("phaseline.seed", System.nanoTime());
    System.out.println("RetriesSurviveKillTest: -Dphaseline.seed=" + seed);
    var quickTakeover =
        Map.of(
            "group.consumer.session.timeout.ms", "1000",
            "group.consumer.min.session.timeout.ms", "1000",
            "group.consumer.heartbeat.interval.ms", "300",
            "group.consumer.min.heartbeat.interval.ms", "100");
    var config = EmbeddedBroker.Config.in(folder.resolve("kafka")).withProperties(quickTakeover);
    try (var broker = EmbeddedBroker.start(config);
        var rig = new Rig(broker.clientConfig())) {
      survives(rig, new Random(seed));
    } catch (AssertionError e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  private static void survives(Rig rig, Random chance) throws Exception {
    var pipeline = RetryingWorker.pipeline();
    rig.create(pipeline, 4);
    rig.create(List.of(rig.topics().timers()), 2, Map.of());
    // waits outside the lane are for what has no key here
    rig.submit(
        pipeline, 0, ITEMS, i -> RetryingWorker.fate(i).equals("later") ? null : "key-" + i % KEYS);
    for (var kill = 1; kill <= KILLS; kill++) {
      try (var victim = new Victim(rig)) {
        victim.awaitStarts(25);
        Thread.sleep(chance.nextInt(300)); // the moment of the kill is what is random
      }
    }
    var done = rig.done(pipeline);
    var dead = rig.dead(pipeline);
    var timers = rig.view(rig.topics().timers());
    try (var _ = new Victim(rig)) {
      Wait.until(
          "everything has ended",
          () -> done.read().size() + " done, " + dead.read().size() + " dead",
          () -> done.read().size() + dead.read().size() + timers.read().size() >= ITEMS);
    }
    audit(done, dead, timers);
  }

  private static void audit(TopicView done, TopicView dead, TopicView timers) throws Exception {
    var events = new ArrayList<Event>();
    for (var i = 0; i < ITEMS; i++) events.add(new Event.Submitted("job-" + i, null));
    for (var view : List.of(done, dead, timers)) {
      for (var id : TopicView.ids(view.read())) events.add(new Event.Ended(id));
    }
    Guarantees.nothingLost().verify(events);
    Guarantees.nothingDoubled().verify(events);
    for (var record : timers.read())
      assertThat(fate(TopicView.item(record).jobId())).isEqualTo("later");
    for (var letter : dead.read()) {
      assertThat(fate(TopicView.item(letter).jobId()))
          .as(TopicView.kind(letter) + ": " + TopicView.reason(letter))
          .isEqualTo("poison");
      var history = new ObjectMapper().readTree(TopicView.header(letter, HeaderNames.HISTORY));
      assertThat(history).hasSize(RetryingWorker.ATTEMPTS_MAX);
      for (var i = 0; i < history.size(); i++) {
        assertThat(history.get(i).get("attempt").asInt()).isEqualTo(i + 1);
      }
    }
  }

  private static String fate(String job) {
    return RetryingWorker.fate(Integer.parseInt(job.substring("job-".length())));
  }

  /// The worker's process; closing it is SIGKILL.
  private static final class Victim implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private final Process process;
    private final AtomicInteger starts = new AtomicInteger();
    private final AtomicReference<String> lastLine = new AtomicReference<>("");

    Victim(Rig rig) throws IOException {
      var command = new ArrayList<String>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto"));
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.add(RetryingWorker.class.getName());
      command.add(String.valueOf(rig.client().get("bootstrap.servers")));
      command.add(rig.topics().namespace());
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
      Thread.ofPlatform().daemon().name("victim-output").start(this::read);
    }

    private void read() {
      try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
        for (var line = out.readLine(); line != null; line = out.readLine()) {
          lastLine.set(line);
          if (line.startsWith("start ")) starts.incrementAndGet();
        }
      } catch (IOException closed) {
        // the process is gone
      }
    }

    void awaitStarts(int count) {
      var deadline = System.nanoTime() + PATIENCE.toNanos();
      while (starts.get() < count) {
        if (!process.isAlive() || deadline - System.nanoTime() < 0) {
          throw new AssertionError("the worker does not work; it said " + lastLine.get());
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      }
    }

    @Override
    public void close() {
      process.destroyForcibly();
      process.onExit().join();
    }
  }
}
