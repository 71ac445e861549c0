package dev.phaseline.testkit.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.queue.JobQueue;
import dev.phaseline.queue.NewItem;
import dev.phaseline.queue.kafka.KafkaQueues;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Processes that consume a queue are killed, with SIGKILL, while they hold items: nothing is lost,
/// and no more comes twice than what the dead held.
@Tag("broker")
final class KafkaQueueKillTest {
  private static final int BATCH = 10_000;

  @TempDir private Path folder;

  private final Map<String, Integer> handled = new HashMap<>();
  private int heldByTheDead;

  @Test
  void whatTheDeadHeldComesBackAndNothingElseDoes() throws Exception {
    killed(300, 2);
  }

  @Test
  @Tag("soak")
  void whatTheDeadHeldComesBackAmongManyItems() throws Exception {
    killed(100_000, 20);
  }

  private void killed(int items, int kills) throws Exception {
    var seed = new Random().nextLong();
    System.out.println("KafkaQueueKillTest seed " + seed);
    var chance = new Random(seed);
    var config = EmbeddedBroker.Config.in(folder.resolve("broker"));
    try (var broker = EmbeddedBroker.start(config);
        var queues = KafkaQueues.connect(broker.clientConfig());
        var queue = queues.open("victims", Codec.text())) {
      queue.create();
      fill(queue, items);
      for (var kill = 0; kill < kills; kill++) {
        consumeAndDie(broker.bootstrapServers(), 1 + chance.nextInt(items / kills));
      }
      consumeTheRest(queue, items);
      var again = handled.values().stream().mapToInt(times -> times - 1).sum();
      System.out.printf(
          "%d items, %d kills: %d held by the dead, %d handled again%n",
          items, kills, heldByTheDead, again);
      assertThat(handled).as("seed %s", seed).hasSize(items);
      assertThat(again).as("seed %s", seed).isLessThanOrEqualTo(heldByTheDead);
      assertThat(queue.count().total()).isZero();
    }
  }

  private static void fill(JobQueue<String> queue, int items) {
    for (var from = 0; from < items; from += BATCH) {
      var batch =
          IntStream.range(from, Math.min(items, from + BATCH))
              .mapToObj(i -> NewItem.of("item " + i))
              .toList();
      queue.createItems(batch);
    }
  }

  /// A process that is killed once it has deleted so many items, and holds some more.
  private void consumeAndDie(String brokers, int deletions) throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command =
        List.of(
            java,
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            KilledConsumer.class.getName(),
            brokers,
            "victims");
    var consumer =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    Set<String> held = new HashSet<>();
    try (var lines = consumer.inputReader()) {
      var deleted = 0;
      String line;
      while ((line = lines.readLine()) != null) { // also what it had said when it was killed
        if (note(line, held) && ++deleted == deletions) kill(consumer);
      }
    } finally {
      kill(consumer);
    }
    heldByTheDead += held.size();
  }

  /// With SIGKILL; the process's own method would close its output too.
  private static void kill(Process consumer) {
    consumer.toHandle().destroyForcibly();
  }

  /// Notes what a consumer says.
  ///
  /// @return whether an item was deleted
  private boolean note(String line, Set<String> held) {
    if (line.startsWith("got ")) {
      held.add(line.substring(4));
      handled.merge(line.substring(4), 1, Integer::sum);
    }
    return line.startsWith("done ") && held.remove(line.substring(5));
  }

  /// Takes what is left, until all have been handled and no more comes.
  private void consumeTheRest(JobQueue<String> queue, int items) throws InterruptedException {
    var misses = 0;
    while (misses < (handled.size() < items ? 10 : 1)) {
      var claimed = queue.claim(256, Duration.ofMinutes(1), Duration.ofSeconds(2));
      misses = claimed.isEmpty() ? misses + 1 : 0;
      claimed.forEach(item -> handled.merge(item.id(), 1, Integer::sum));
      queue.deleteAll(claimed);
    }
  }
}
