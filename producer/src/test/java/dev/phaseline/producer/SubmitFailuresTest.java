package dev.phaseline.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.phaseline.embedded.EmbeddedBroker;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every way a submission can fail has a type, and one line that says what to do.
@Tag("broker")
final class SubmitFailuresTest {
  private static final JobType<String> GREET = JobType.text("hello", "greet");

  @TempDir private static Path folder;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() throws Exception {
    var config =
        EmbeddedBroker.Config.in(folder.resolve("data"))
            .withProperties(
                Map.of(
                    "authorizer.class.name",
                    "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                    "allow.everyone.if.no.acl.found",
                    "true"));
    broker = EmbeddedBroker.start(config);
    new TestKafka(broker.clientConfig()).createTopic(1, Map.of("max.message.bytes", "2000"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void invalidIdsKeysTagsPrioritiesAndTracesAreNoRequests() {
    refused(() -> JobRequest.withId("", "x"), "id is empty");
    refused(() -> JobRequest.withId("x".repeat(201), "x"), "201 characters");
    refused(() -> JobRequest.withId("a\nb", "x"), "control character at 1");
    refused(() -> JobRequest.withId("lone-\uD83D", "x"), "half a character");
    refused(() -> JobRequest.idRandom("x").withKey("lone-\uDE00"), "half a character");
    refused(() -> JobRequest.idRandom("x").withTag("t", "\uDE00"), "half a character");
    refused(() -> JobRequest.idRandom("x").withKey(""), "key has 0 characters");
    refused(() -> JobRequest.idRandom("x").withKey("k".repeat(1_001)), "1001");
    refused(() -> JobRequest.idRandom("x").withTag("", "v"), "empty name");
    refused(() -> JobRequest.idRandom("x").withTag("t", "v".repeat(5_000)), "at most 4096");
    refused(() -> JobRequest.idRandom("x").withTrace("not-a-trace", null), "not-a-trace");
    refused(() -> JobType.text("Hello", "greet"), "pipeline name 'Hello'");
    refused(() -> JobType.text("hello", "done"), "'done'");
  }

  @Test
  void deadlineInThePastIsAnInvalidRequest() {
    var failure =
        fails(
            GREET,
            JobRequest.withId("late", "x").withDeadline(Instant.parse("2020-01-01T00:00:00Z")));
    assertThat(failure.failure()).isInstanceOf(SubmitFailure.InvalidRequest.class);
    assertThat(failure).hasMessageContaining("'late'").hasMessageContaining("2020-01-01T00:00:00Z");
  }

  @Test
  void payloadOverTheLimitIsNamedWithItsSize() {
    var failure = fails(GREET, JobRequest.withId("big", "x".repeat(1_000_000)));
    assertThat(failure.failure())
        .isEqualTo(new SubmitFailure.TooBig(1_000_000, 900 * 1024, "the limit payloadBytesMax"));
    assertThat(failure).hasMessageContaining("1,000,000 bytes").hasMessageContaining("921,600");
  }

  @Test
  void headersCountTowardsTheRecordsLimit() {
    var settings = JobClient.Settings.DEFAULT.withLimits(1_000, 1_500);
    try (var jobs = JobClient.connect(broker.clientConfig(), settings)) {
      var request = JobRequest.withId("big", "x".repeat(900)).withTag("t", "v".repeat(900));
      var failure = fails(jobs, GREET, request);
      assertThat(failure.failure()).isInstanceOf(SubmitFailure.TooBig.class);
      assertThat(failure).hasMessageContaining("recordBytesMax");
    }
  }

  @Test
  void topicsOwnLimitIsTheBrokersToEnforce() {
    var failure = fails(GREET, JobRequest.withId("big", "x".repeat(5_000)));
    assertThat(failure.failure()).isInstanceOf(SubmitFailure.TooBig.class);
    assertThat(failure).hasMessageContaining("max.message.bytes");
  }

  @Test
  void payloadThatCanNotBeEncodedIsNotSent() {
    var type =
        new JobType<String>(
            "hello",
            "greet",
            (topic, payload) -> {
              throw new IllegalStateException("no field 'name'");
            });
    var failure = fails(type, JobRequest.withId("odd", "x"));
    assertThat(failure.failure()).isEqualTo(new SubmitFailure.EncodingFailed("no field 'name'"));
  }

  @Test
  @SuppressWarnings("NullAway") // encoders are written by others
  void nullFromAnEncoderIsNoPayload() {
    var type = new JobType<String>("hello", "greet", (topic, payload) -> null);
    var failure = fails(type, JobRequest.withId("odd", "x"));
    assertThat(failure.failure()).isInstanceOf(SubmitFailure.EncodingFailed.class);
  }

  @Test
  void registryThatIsDownIsTheReasonForTheWholeBatch() throws Exception {
    var calls = new java.util.concurrent.atomic.AtomicInteger();
    var type =
        new JobType<String>(
            "hello",
            "greet",
            (topic, payload) -> {
              calls.incrementAndGet();
              throw new RegistryGone();
            });
    try (var jobs = JobClient.connect(broker.clientConfig())) {
      var requests = List.of(JobRequest.withId("a", "x"), JobRequest.withId("b", "x"));
      var result = jobs.submitAll(type, requests).get();
      assertThat(result.refused())
          .hasSize(2)
          .allSatisfy(
              refused ->
                  assertThat(refused.failure())
                      .isEqualTo(new SubmitFailure.RegistryDown("http://127.0.0.1:1 is gone")));
      assertThat(result.refused()).extracting(SubmitException::jobId).containsExactly("a", "b");
      assertThat(calls).hasValue(1);
    }
  }

  @Test
  void brokerThatIsDownAtStartIsNamedWithinTheTimeout() throws Exception {
    int nobody;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = socket.getLocalPort();
    }
    var config =
        Map.<String, Object>of("bootstrap.servers", "127.0.0.1:" + nobody, "max.block.ms", "500");
    try (var jobs = JobClient.connect(config)) {
      var requests = new java.util.ArrayList<JobRequest<String>>();
      for (var i = 0; i < 1_000; i++) requests.add(JobRequest.withId("job-" + i, "x"));
      var result = jobs.submitAll(GREET, requests).get(120, TimeUnit.SECONDS);

      assertThat(result.refused()).hasSize(1_000);
      var first = result.refused().getFirst();
      assertThat(first.failure()).isInstanceOf(SubmitFailure.BrokerUnreachable.class);
      assertThat(first)
          .hasMessageContaining("127.0.0.1:" + nobody)
          .hasMessageContaining("bootstrap.servers");
      assertThat(first.failure().maybeSubmitted()).isFalse();
    }
  }

  @Test
  void missingTopicNamesThePipelineAndTheRemedy() {
    var failure = failsWithin("10000", JobType.text("nobody", "home"));
    assertThat(failure.failure()).isEqualTo(new SubmitFailure.NoTopic("nobody", "pl.nobody.home"));
    assertThat(failure)
        .hasMessageContaining("pipeline 'nobody' has no topic pl.nobody.home")
        .hasMessageContaining("phaseline topics create");
  }

  @Test
  void missingRightsAreNamed() throws Exception {
    try (var admin = Admin.create(broker.clientConfig())) {
      var topic = new org.apache.kafka.clients.admin.NewTopic("pl.secret.open", 1, (short) 1);
      admin.createTopics(List.of(topic)).all().get();
      var deny =
          new AccessControlEntry("User:ANONYMOUS", "*", AclOperation.WRITE, AclPermissionType.DENY);
      var pattern = new ResourcePattern(ResourceType.TOPIC, "pl.secret.open", PatternType.LITERAL);
      var rule = new AclBinding(pattern, deny);
      admin.createAcls(List.of(rule)).all().get();
      awaitKnown(admin, rule);
    }
    var failure = fails(JobType.text("secret", "open"), JobRequest.withId("spy", "x"));
    assertThat(failure.failure()).isInstanceOf(SubmitFailure.NotAuthorized.class);
    assertThat(failure).hasMessageContaining("pl.secret.open").hasMessageContaining("WRITE");
  }

  /// The controller has written a rule before the broker goes by it.
  private static void awaitKnown(Admin admin, AclBinding rule) throws Exception {
    var endNanos = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (admin.describeAcls(rule.toFilter()).values().get().isEmpty()) {
      assertThat(System.nanoTime()).as("the broker knows the rule").isLessThan(endNanos);
      Thread.sleep(5);
    }
  }

  @Test
  void closedClientRefuses() {
    var jobs = JobClient.connect(broker.clientConfig());
    jobs.close();
    var failure = fails(jobs, GREET, JobRequest.withId("late", "x"));
    assertThat(failure.failure()).isInstanceOf(SubmitFailure.Closed.class);
    assertThat(jobs.close(Duration.ZERO).complete()).isTrue();
  }

  @Test
  void submittingOutsideAnyTransactionIsTheTransactionsFailure() {
    var producer = new TestKafka(broker.clientConfig()).producer(Map.of("transactional.id", "t"));
    try {
      var jobs = JobClient.withProducer(producer, JobClient.Settings.DEFAULT);
      var failure = fails(jobs, GREET, JobRequest.withId("early", "x"));
      assertThat(failure.failure()).isInstanceOf(SubmitFailure.TransactionFailed.class);
      assertThat(failure).hasMessageContaining("a new one");
    } finally {
      producer.close(Duration.ZERO); // it has kept the record, and would wait for a transaction
    }
  }

  @Test
  void fencedTransactionIsTheTransactionsFailure() {
    var kafka = new TestKafka(broker.clientConfig());
    try (var old = kafka.producer(Map.of("transactional.id", "fenced"));
        var fresh = kafka.producer(Map.of("transactional.id", "fenced"))) {
      old.initTransactions();
      old.beginTransaction();
      var jobs = JobClient.withProducer(old, JobClient.Settings.DEFAULT);
      fresh.initTransactions();
      var failure = fails(jobs, GREET, JobRequest.withId("zombie", "x"));
      assertThat(failure.failure()).isInstanceOf(SubmitFailure.TransactionFailed.class);
      assertThat(failure.failure().maybeSubmitted()).isFalse();
    }
  }

  @Test
  void settingsThatWouldLoseOrDoubleJobsAreRefused() {
    refused(() -> connectWith("acks", "1"), "acks=1");
    refused(() -> connectWith("enable.idempotence", "false"), "enable.idempotence=false");
    refused(() -> connectWith("max.in.flight.requests.per.connection", "6"), "max.in.flight");
    refused(() -> connectWith("transactional.id", "t"), "withProducer");
    refused(() -> connectWith("value.serializer", "X"), "JobType.of");
    refused(() -> JobClient.connect(Map.of()), "bootstrap.servers is missing");
    refused(() -> JobClient.connect(Map.of("bootstrap.servers", "nonsense")), "nonsense");
  }

  private static void connectWith(String name, String value) {
    var config = new HashMap<>(broker.clientConfig());
    config.put(name, value);
    JobClient.connect(config).close();
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String text) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(text);
  }

  private static SubmitException fails(JobType<String> type, JobRequest<String> request) {
    try (var jobs = JobClient.connect(broker.clientConfig())) {
      return fails(jobs, type, request);
    }
  }

  /// For what is waited for before it counts as failed.
  private static SubmitException failsWithin(String maxBlockMs, JobType<String> type) {
    var config = new HashMap<>(broker.clientConfig());
    config.put("max.block.ms", maxBlockMs);
    try (var jobs = JobClient.connect(config)) {
      return fails(jobs, type, JobRequest.withId("lost", "x"));
    }
  }

  private static SubmitException fails(
      JobClient jobs, JobType<String> type, JobRequest<String> request) {
    var failure =
        catchThrowableOfType(SubmitException.class, () -> jobs.submitAndWait(type, request));
    assertThat(failure).isNotNull();
    assertThat(failure.getMessage()).doesNotContain("\n");
    return failure;
  }

  private static final class RegistryGone extends RetriableException {
    private static final long serialVersionUID = 1L;

    RegistryGone() {
      super("http://127.0.0.1:1 is gone");
    }
  }
}
