package dev.phaseline.producer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.embedded.BrokerProcess;
import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.embedded.FrozenProcess;
import dev.phaseline.schemas.ItemHeaders;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("broker")
final class BrokerLostTest {
  private static final JobType<String> GREET = JobType.text("hello", "greet");

  private static final int MANY = 30_000;
  private static final String LAST = "the last";

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
        untilItIsThere(jobs, "first");
        // However fast the rest goes, the last job is not submitted before the broker is gone.
        var killed = new CountDownLatch(1);
        var type = greetLast(killed);
        var batch = CompletableFuture.supplyAsync(() -> jobs.submitAll(type, many()).join());
        await("500 jobs are there", () -> kafka.endOffsets() > 500);
        broker.kill();
        assertThat(batch.isDone()).as("killed in the middle").isFalse();
        killed.countDown();
        broker = BrokerProcess.start(config.withPort(port));
        var result = batch.get(5, TimeUnit.MINUTES);

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
        untilItIsThere(jobs, "first"); // so that the topic is known
        FrozenProcess.freeze(broker.pid()); // connections stay, answers don't come
        Throwable failure;
        try {
          failure =
              jobs.submit(GREET, request)
                  .handle((receipt, thrown) -> thrown)
                  .get(120, TimeUnit.SECONDS);
        } finally {
          FrozenProcess.thaw(broker.pid());
        }
        assertThat(failure).isInstanceOf(SubmitException.class);
        var refused = (SubmitException) failure;
        assertThat(refused.failure()).isInstanceOf(SubmitFailure.FateUnknown.class);
        assertThat(refused.failure().maybeSubmitted()).isTrue();
        assertThat(refused).hasMessageContaining("submit the same request again");
      }
      try (var jobs = JobClient.connect(broker.clientConfig())) {
        assertThat(jobs.submitAndWait(GREET, request).jobId()).isEqualTo(request.id());
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
        untilItIsThere(jobs, "first");
        var receipts = new ArrayList<CompletableFuture<JobReceipt>>();
        FrozenProcess.freeze(broker.pid()); // connections stay, answers don't come
        try {
          for (var i = 0; i < 5; i++) {
            receipts.add(jobs.submit(GREET, JobRequest.withId("job-" + i, "x".repeat(10_000))));
          }
        } finally {
          FrozenProcess.thaw(broker.pid());
        }
        jobs.flush();
        var failures =
            receipts.stream()
                .filter(CompletableFuture::isCompletedExceptionally)
                .map(receipt -> ((SubmitException) receipt.exceptionNow()).failure())
                .toList();

        assertThat(failures).isNotEmpty().hasOnlyElementsOfType(SubmitFailure.Overloaded.class);
        assertThat(failures).hasSizeLessThan(5);
        assertThat(kafka.readAll())
            .extracting(record -> ItemHeaders.read("", 0, 0, record.headers()).jobId())
            .filteredOn(id -> !id.equals("first"))
            .hasSize(5 - failures.size())
            .doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void closingNamesWhatWasNotAcknowledged() throws Exception {
    try (var broker = BrokerProcess.start(EmbeddedBroker.Config.in(folder.resolve("data")))) {
      new TestKafka(broker.clientConfig()).createTopic(1, Map.of());
      var jobs = JobClient.connect(broker.clientConfig());
      jobs.submitAndWait(GREET, JobRequest.withId("first", "x"));
      FrozenProcess.freeze(broker.pid());
      try {
        var stuck = jobs.submit(GREET, JobRequest.withId("stuck", "x"));
        var report = jobs.close(Duration.ofMillis(200));

        assertThat(report.complete()).isFalse();
        assertThat(report.jobIds()).containsExactly("stuck");
        assertThat(stuck).isCompletedExceptionally();
      } finally {
        FrozenProcess.thaw(broker.pid());
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
        var unused = jobs.submit(GREET, JobRequest.withId("job-" + i, "x"));
      }
      assertThat(jobs.close(Duration.ofMinutes(2)).complete()).isTrue();
      assertThat(kafka.readAll()).hasSize(100);
    }
  }

  private static List<JobRequest<String>> many() {
    var requests = new ArrayList<JobRequest<String>>();
    for (var i = 1; i < MANY; i++) requests.add(JobRequest.withId("job-" + i, "x".repeat(100)));
    requests.add(JobRequest.withId("job-last", LAST));
    return requests;
  }

  /// A type whose last job of [#many] waits for this.
  private static JobType<String> greetLast(CountDownLatch when) {
    return new JobType<>(
        "hello",
        "greet",
        (key, payload) -> {
          if (payload.equals(LAST)) when.await();
          return payload.getBytes(UTF_8);
        });
  }

  /// With patience that the client under test does not have: a broker that has just begun may take
  /// longer for its first answer.
  private static void untilItIsThere(JobClient jobs, String id) throws Exception {
    await(
        "job " + id + " is acknowledged",
        () -> {
          try {
            return jobs.submitAndWait(GREET, JobRequest.withId(id, "x")).jobId().equals(id);
          } catch (SubmitException notYet) {
            return false;
          }
        });
  }

  private static void await(String what, BooleanSupplier condition) throws Exception {
    var endNanos = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > endNanos) throw new AssertionError("not within 120 s: " + what);
      Thread.sleep(1);
    }
  }
}
