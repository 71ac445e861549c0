package dev.phaseline.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.embedded.BrokerProcess;
import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.schemas.ItemHeaders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BrokerLostTest {
  private static final JobType<String> GREET = JobType.text("hello", "greet");

  private static final int MANY = 30_000;

  @TempDir private Path folder;

  @Test
  void nothingIsLostOrDoubledWhenTheBrokerIsKilledInTheMiddleOfABatch() throws Exception {
    var config = EmbeddedBroker.Config.in(folder.resolve("data"));
    var broker = BrokerProcess.start(config);
    try {
      var port = broker.port();
      var client = new HashMap<>(broker.clientConfig());
      var kafka = new TestKafka(client).createTopic(2, Map.of());
      client.put("batch.size", "2000");
      client.put("buffer.memory", "200000"); // the batch must not fit
      client.put("max.block.ms", "1000"); // shorter than the outage
      try (var jobs = JobClient.connect(client)) {
        jobs.submitNow(GREET, JobRequest.withId("first", "x"));
        var batch = CompletableFuture.supplyAsync(() -> jobs.submitAll(GREET, many()).join());
        await(() -> kafka.endOffsets() > 500);
        broker.kill();
        assertThat(batch.isDone()).as("killed in the middle").isFalse();
        broker = BrokerProcess.start(config.withPort(port));
        var result = batch.get(3, TimeUnit.MINUTES);

        assertThat(result.refused()).isEmpty();
        assertThat(result.accepted()).hasSize(MANY);
      }
      assertThat(kafka.readAll())
          .extracting(record -> ItemHeaders.read("", 0, 0, record.headers()).jobId())
          .hasSize(MANY + 1)
          .doesNotHaveDuplicates();
    } finally {
      broker.close();
    }
  }

  @Test
  void jobWithoutAnAnswerHasAnUnknownFateAndKeepsItsIdWhenSubmittedAgain() throws Exception {
    try (var broker = BrokerProcess.start(EmbeddedBroker.Config.in(folder.resolve("data")))) {
      var kafka = new TestKafka(broker.clientConfig()).createTopic(1, Map.of());
      var client = new HashMap<>(broker.clientConfig());
      client.put("request.timeout.ms", "500");
      client.put("delivery.timeout.ms", "1000");
      var request = JobRequest.idRandom("y");
      try (var jobs = JobClient.connect(client)) {
        jobs.submitNow(GREET, JobRequest.withId("first", "x")); // so that the topic is known
        signal("STOP", broker); // connections stay, answers don't come
        Throwable failure;
        try {
          failure =
              jobs.submit(GREET, request)
                  .handle((receipt, thrown) -> thrown)
                  .get(30, TimeUnit.SECONDS);
        } finally {
          signal("CONT", broker);
        }
        assertThat(failure).isInstanceOf(SubmitException.class);
        var refused = (SubmitException) failure;
        assertThat(refused.failure()).isInstanceOf(SubmitFailure.FateUnknown.class);
        assertThat(refused.failure().maybeSubmitted()).isTrue();
        assertThat(refused).hasMessageContaining("submit the same request again");
      }
      try (var jobs = JobClient.connect(broker.clientConfig())) {
        assertThat(jobs.submitNow(GREET, request).jobId()).isEqualTo(request.id());
      }
      assertThat(kafka.readAll())
          .extracting(record -> ItemHeaders.read("", 0, 0, record.headers()).jobId())
          .containsOnly("first", request.id());
    }
  }

  @Test
  void fullBufferIsOverload() throws Exception {
    try (var broker = BrokerProcess.start(EmbeddedBroker.Config.in(folder.resolve("data")))) {
      var kafka = new TestKafka(broker.clientConfig()).createTopic(1, Map.of());
      var client = new HashMap<>(broker.clientConfig());
      client.put("buffer.memory", "40000");
      client.put("max.block.ms", "500");
      try (var jobs = JobClient.connect(client)) {
        jobs.submitNow(GREET, JobRequest.withId("first", "x"));
        var receipts = new ArrayList<CompletableFuture<JobReceipt>>();
        signal("STOP", broker); // connections stay, answers don't come
        try {
          for (var i = 0; i < 5; i++) {
            receipts.add(jobs.submit(GREET, JobRequest.withId("job-" + i, "x".repeat(10_000))));
          }
        } finally {
          signal("CONT", broker);
        }
        jobs.flush();
        var failures =
            receipts.stream()
                .filter(CompletableFuture::isCompletedExceptionally)
                .map(receipt -> ((SubmitException) receipt.exceptionNow()).failure())
                .toList();

        assertThat(failures).isNotEmpty().hasOnlyElementsOfType(SubmitFailure.Overloaded.class);
        assertThat(failures).hasSizeLessThan(5);
        assertThat(kafka.readAll()).hasSize(1 + 5 - failures.size());
      }
    }
  }

  @Test
  void closingNamesWhatWasNotAcknowledged() throws Exception {
    try (var broker = BrokerProcess.start(EmbeddedBroker.Config.in(folder.resolve("data")))) {
      new TestKafka(broker.clientConfig()).createTopic(1, Map.of());
      var jobs = JobClient.connect(broker.clientConfig());
      jobs.submitNow(GREET, JobRequest.withId("first", "x"));
      signal("STOP", broker);
      try {
        var stuck = jobs.submit(GREET, JobRequest.withId("stuck", "x"));
        var report = jobs.close(Duration.ofMillis(200));

        assertThat(report.complete()).isFalse();
        assertThat(report.jobIds()).containsExactly("stuck");
        assertThat(stuck).isCompletedExceptionally();
      } finally {
        signal("CONT", broker);
      }
    }
  }

  @Test
  void closingWaitsForWhatIsOnItsWay() throws Exception {
    try (var broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder.resolve("data")))) {
      var kafka = new TestKafka(broker.clientConfig()).createTopic(1, Map.of());
      var client = new HashMap<>(broker.clientConfig());
      client.put("linger.ms", "60000"); // nothing goes before it must
      var jobs = JobClient.connect(client);
      for (var i = 0; i < 100; i++) {
        var _ = jobs.submit(GREET, JobRequest.withId("job-" + i, "x"));
      }
      assertThat(jobs.close(Duration.ofSeconds(30)).complete()).isTrue();
      assertThat(kafka.readAll()).hasSize(100);
    }
  }

  private static List<JobRequest<String>> many() {
    var requests = new ArrayList<JobRequest<String>>();
    for (var i = 0; i < MANY; i++) requests.add(JobRequest.withId("job-" + i, "x".repeat(100)));
    return requests;
  }

  private static void signal(String name, BrokerProcess broker) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(broker.pid())).start();
    assertThat(kill.waitFor()).isZero();
    if (name.equals("STOP")) await(() -> isStopped(broker.pid()));
  }

  /// The signal may arrive later than `kill` ends: each of its threads stops when it is next on.
  private static boolean isStopped(long pid) {
    var threads = Path.of("/proc", Long.toString(pid), "task").toFile().listFiles();
    if (threads == null) return true; // a system that does not tell
    for (var thread : threads) {
      try {
        var status = Files.readString(thread.toPath().resolve("status"));
        if (status.lines().noneMatch(line -> line.startsWith("State:\tT"))) return false;
      } catch (IOException ended) {
        // it needs no stopping
      }
    }
    return true;
  }

  private static void await(java.util.function.BooleanSupplier condition) throws Exception {
    var endNanos = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > endNanos) throw new AssertionError("not within 30 s");
      Thread.sleep(1);
    }
  }
}
