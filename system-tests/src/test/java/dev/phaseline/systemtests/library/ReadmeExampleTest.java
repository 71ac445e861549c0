package dev.phaseline.systemtests.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.embedded.EmbeddedBroker;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The README's first example, as it is printed: compiled against the modules that it names and
/// run.
@Tag("broker")
final class ReadmeExampleTest {
  private static final Set<String> NAMED = Set.of("worker", "producer", "topics");

  /// The dependencies of those modules.
  private static final Set<String> BROUGHT = Set.of("core", "schemas");

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String ADDRESS = "127.0.0.1:9092";

  @TempDir private Path folder;

  @Test
  void theExampleRunsAsItIsPrinted() throws Exception {
    var example = Snippet.javaBlock(Path.of("..", "README.md"), "## A pipeline");
    assertThat(example).contains(ADDRESS);
    var classes = folder.resolve("classes");
    try (var broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder.resolve("data")))) {
      var address = String.valueOf(broker.clientConfig().get("bootstrap.servers"));
      var source = program(example.replace(ADDRESS, address));
      var path = Snippet.classPath(union(NAMED, BROUGHT));
      assertThat(Snippet.compile("Example", source, path, classes)).isEmpty();

      var before = System.in;
      var enter = new PipedOutputStream();
      System.setIn(new PipedInputStream(enter));
      try {
        var run = CompletableFuture.runAsync(() -> run(classes));
        assertThat(firstOf("pl.hello.done", address, run)).isEqualTo("HELLO, WORLD");
        enter.write('\n');
        enter.flush();
        run.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      } finally {
        System.setIn(before);
      }
    }
  }

  private static Set<String> union(Set<String> some, Set<String> others) {
    var all = new java.util.HashSet<>(some);
    all.addAll(others);
    return all;
  }

  private static String program(String example) {
    return """
    import dev.phaseline.core.*;
    import dev.phaseline.producer.*;
    import dev.phaseline.schemas.*;
    import dev.phaseline.topics.*;
    import dev.phaseline.worker.*;
    import java.util.*;
    import org.apache.kafka.clients.admin.Admin;

    public final class Example {
      public static void run() throws Exception {
        %s
      }
    }
    """
        .formatted(example);
  }

  private static void run(Path classes) {
    try {
      Snippet.load("Example", classes).getMethod("run").invoke(null);
    } catch (InvocationTargetException failed) {
      throw new AssertionError("the example threw", failed.getCause());
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }

  /// The first committed record of a topic, which need not be there yet; the example's own failure
  /// when it ends before.
  private static String firstOf(String topic, String address, CompletableFuture<Void> run)
      throws Exception {
    var settings = new HashMap<String, Object>();
    settings.put("bootstrap.servers", address);
    settings.put("isolation.level", "read_committed");
    settings.put("auto.offset.reset", "earliest");
    var endNanos = System.nanoTime() + PATIENCE.toNanos();
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      while (System.nanoTime() < endNanos) {
        if (run.isDone()) run.get();
        var partitions = consumer.listTopics().getOrDefault(topic, List.of());
        if (partitions.isEmpty()) continue;
        if (consumer.assignment().isEmpty()) {
          consumer.assign(
              partitions.stream().map(one -> new TopicPartition(topic, one.partition())).toList());
        }
        for (var record : consumer.poll(Duration.ofMillis(500))) return record.value();
      }
    }
    throw new AssertionError("no result within " + PATIENCE.toSeconds() + " s");
  }
}
