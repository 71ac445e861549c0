package dev.phaseline.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.scheduler.TestCluster.Space;
import dev.phaseline.scheduler.policy.Plans;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A scheduler that is killed again and again while timers come in and fire: each fires once.
@Tag("broker")
final class KillTest {
  private static final int KILLS = Integer.getInteger("phaseline.kills", 6);
  private static final int EACH_ROUND = 300;
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Duration FAR_OFF = Duration.ofHours(1);

  @TempDir private static Path folder;

  /// What must come out.
  private final Map<String, Long> dueById = new HashMap<>();

  private final Set<String> cancelled = new TreeSet<>();
  private int written;

  @Test
  void eachTimerFiresOnceWhateverIsKilled() throws Exception {
    var seed = Long.getLong("phaseline.seed", new Random().nextLong());
    System.out.println("seed " + seed + " (-Dphaseline.seed=" + seed + " repeats it)");
    var random = new Random(seed);
    try (var cluster = new TestCluster(folder.resolve("data"))) {
      var space = cluster.space("kill");
      var made = Instant.now();
      schedule(cluster, space, made);
      try (var reader = cluster.reader(space.target())) {
        for (var kill = 0; kill < KILLS; kill++) {
          var child = start(cluster, space);
          try {
            write(cluster, space, random);
            var lifeMs = random.nextInt(50, 1_500);
            var endNanos = System.nanoTime() + Duration.ofMillis(lifeMs).toNanos();
            while (System.nanoTime() < endNanos) reader.poll();
            write(cluster, space, random); // so that it dies with its hands full
            Thread.sleep(random.nextInt(0, 60));
          } finally {
            child.destroyForcibly().waitFor();
          }
        }
        var last = start(cluster, space);
        try {
          reader.until(dueById.size(), PATIENCE);
          // One more comes behind everything that could still be on its way.
          audit(cluster, space, reader);
          auditSchedule(cluster, space, made);
        } finally {
          last.destroyForcibly().waitFor();
        }
      }
    }
  }

  /// Timers from now to a few seconds; of every 10, one is moved and one cancelled while they are
  /// far off, farther than the test can take: a move or cancel that is read too late is right to do
  /// nothing, but can't be audited.
  private void write(TestCluster cluster, Space space, Random random) {
    var now = Instant.now();
    for (var i = 0; i < EACH_ROUND / 2; i++) {
      var id = "t" + written++;
      var due = now.plusMillis(random.nextInt(-200, 4_000));
      switch (random.nextInt(10)) {
        case 0 -> {
          cluster.schedule(space, id, now.plus(Duration.ofDays(random.nextInt(1, 9_999))));
          cluster.schedule(space, id, due);
          dueById.put(id, due.toEpochMilli());
        }
        case 1 -> {
          cluster.schedule(space, id, now.plus(FAR_OFF));
          cluster.cancel(space, id);
          cancelled.add(id);
        }
        case 2 -> {
          // Written twice, as somebody does who does not know whether it was written.
          cluster.schedule(space, id, due);
          cluster.schedule(space, id, due);
          dueById.put(id, due.toEpochMilli());
        }
        default -> {
          cluster.schedule(space, id, due);
          dueById.put(id, due.toEpochMilli());
        }
      }
    }
    cluster.producer.flush();
  }

  private void audit(TestCluster cluster, Space space, TestCluster.Reader reader) {
    var before = reader.read.size();
    for (var i = 0; i < TestCluster.PARTITIONS * 8; i++) {
      cluster.schedule(space, "end" + i, Instant.now());
    }
    reader.until(before + TestCluster.PARTITIONS * 8, PATIENCE);
    var fired = new HashMap<String, Long>();
    var twice = new HashSet<String>();
    for (var out : reader.read) {
      var at = out.value().indexOf('@');
      var id = out.value().substring(0, at);
      if (id.startsWith("end")) continue;
      var due = Long.parseLong(out.value().substring(at + 1));
      if (fired.put(id, due) != null) twice.add(id);
      assertThat(out.timestampMs()).as("%s was early", id).isGreaterThanOrEqualTo(due);
    }
    assertThat(twice).as("fired twice").isEmpty();
    assertThat(fired).as("what fired, and for which time").isEqualTo(dueById);
    assertThat(fired.keySet()).as("cancelled").doesNotContainAnyElementsOf(cancelled);
    System.out.println(
        "%d timers, %d cancelled, %d kills".formatted(fired.size(), cancelled.size(), KILLS));
  }

  /// A run each 200 ms, for whichever scheduler lives.
  private static void schedule(TestCluster cluster, Space space, Instant made) {
    var record = Plans.made("'every':'200ms','overlap':'allow','catchUp':'all'", made, "feeds");
    var _ =
        cluster.producer.send(
            new ProducerRecord<>(
                space.names().schedules(), "often".getBytes(UTF_8), record.toBytes()));
    cluster.producer.flush();
  }

  /// No instant is missed, none has two jobs.
  private static void auditSchedule(TestCluster cluster, Space space, Instant made) {
    try (var jobs = cluster.reader(space.names().phase("feeds", "fetch"))) {
      jobs.until(1, PATIENCE);
      var before = -1;
      while (jobs.poll().records.size() > before) before = jobs.records.size();
      var nominal = made.toEpochMilli() / 200 * 200;
      var ids = new TreeSet<String>();
      for (var job : jobs.records) {
        ids.add(new String(job.headers().lastHeader("pl-job").value(), UTF_8));
      }
      assertThat(jobs.records).as("jobs of one instant").hasSameSizeAs(ids);
      for (var i = 1; i <= ids.size(); i++) {
        assertThat(ids).contains("often~1@" + Instant.ofEpochMilli(nominal + 200L * i));
      }
      System.out.println("%d runs of a schedule".formatted(ids.size()));
    }
  }

  private static Process start(TestCluster cluster, Space space) throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process =
        new ProcessBuilder(
                java,
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                SchedulerMain.class.getName(),
                cluster.broker.bootstrapServers(),
                space.names().namespace(),
                "one",
                folder.resolve("state").toString())
            .redirectError(folder.resolve("scheduler.log").toFile())
            .start();
    var out = process.inputReader(UTF_8);
    for (var line = out.readLine(); line != null; line = out.readLine()) {
      if (line.equals("READY")) return process;
    }
    throw new AssertionError("the scheduler did not start: exit " + process.waitFor());
  }
}
