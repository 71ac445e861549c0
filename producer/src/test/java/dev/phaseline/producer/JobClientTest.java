package dev.phaseline.producer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.producer.JobReceipt.Scheduler;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.TopicNames;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("broker")
final class JobClientTest {
  private static final JobType<String> GREET = JobType.text("hello", "greet");
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00.123456Z");

  @TempDir private static Path folder;
  private static EmbeddedBroker broker;
  private static TestKafka kafka;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder.resolve("data")));
    kafka = new TestKafka(broker.clientConfig());
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void emptyTopic() throws Exception {
    try {
      kafka.createTopic(4, Map.of());
    } catch (ExecutionException exists) {
      // The controller is asked and not the list of topics, which may be behind it.
      assertThat(exists).hasCauseInstanceOf(TopicExistsException.class);
      try (var admin = Admin.create(broker.clientConfig())) {
        admin.deleteTopics(List.of(TestKafka.TOPIC)).all().get();
        awaitGone(admin);
      }
      kafka.createTopic(4, Map.of());
    }
  }

  /// The controller has deleted it before the broker has heard: until then it takes records, which
  /// go with it.
  private static void awaitGone(Admin admin) throws Exception {
    var endNanos = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (admin.listTopics().names().get().contains(TestKafka.TOPIC)) {
      assertThat(System.nanoTime()).as("the broker drops the topic").isLessThan(endNanos);
      Thread.sleep(5);
    }
  }

  @Test
  void receiptSaysWhereTheRecordIs() {
    try (var jobs = JobClient.connect(broker.clientConfig())) {
      var receipt = jobs.submitAndWait(GREET, JobRequest.withId("greet-42", "world"));

      var record = kafka.readAll().getFirst();
      assertThat(receipt)
          .isEqualTo(
              new JobReceipt("greet-42", TestKafka.TOPIC, record.partition(), record.offset()));
      assertThat(record.value()).asString(UTF_8).isEqualTo("world");
      assertThat(record.key()).isNull();
    }
  }

  @Test
  void receiptOfAJobForLaterTellsWhetherASchedulerRuns() throws Exception {
    var timers = JobClient.Settings.DEFAULT.names().timers();
    try (var admin = Admin.create(broker.clientConfig())) {
      admin.createTopics(List.of(new NewTopic(timers, 1, (short) 1))).all().get();
    }
    var later = JobRequest.withId("later", "world").after(Duration.ofHours(1));
    try (var jobs = JobClient.connect(broker.clientConfig())) {
      assertThat(jobs.submitAndWait(GREET, later).scheduler()).isEqualTo(Scheduler.MISSING);
      assertThat(jobs.submitAndWait(GREET, JobRequest.withId("now", "world")).scheduler())
          .isEqualTo(Scheduler.NOT_NEEDED);
    }
    var member = new HashMap<>(broker.clientConfig());
    member.put("group.id", JobClient.Settings.DEFAULT.names().scheduler());
    var bytes = new ByteArrayDeserializer();
    try (var scheduler = new KafkaConsumer<>(member, bytes, bytes);
        var jobs = JobClient.connect(broker.clientConfig())) {
      scheduler.subscribe(List.of(timers));
      var endNanos = System.nanoTime() + Duration.ofMinutes(2).toNanos();
      while (scheduler.assignment().isEmpty()) {
        assertThat(System.nanoTime()).as("it is a member").isLessThan(endNanos);
        var unused = scheduler.poll(Duration.ofMillis(100));
      }
      assertThat(jobs.submitAndWait(GREET, later).scheduler()).isEqualTo(Scheduler.RUNS);
    }
  }

  @Test
  void headersAreThoseOfTheRecordLayout() {
    var settings = JobClient.Settings.DEFAULT.withClock(InstantSource.fixed(NOW));
    try (var jobs = JobClient.connect(broker.clientConfig(), settings)) {
      var request =
          JobRequest.withId("greet-42", "world")
              .withKey("customer 7")
              .withDeadline(Instant.parse("2026-02-01T00:00:00Z"))
              .withTag("region", "north;east=1")
              .withTag("who", "Zoë")
              .withTrace("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "vendor=x");
      jobs.submitAndWait(GREET, request);
    }
    var record = kafka.readAll().getFirst();
    var headers = new LinkedHashMap<String, String>();
    record.headers().forEach(h -> headers.put(h.key(), new String(h.value(), UTF_8)));
    assertThat(headers)
        .containsOnly(
            Map.entry("pl-job", "greet-42"),
            Map.entry("pl-deadline", "2026-02-01T00:00:00Z"),
            Map.entry("pl-submitted", "2026-01-31T12:00:00.123Z"),
            Map.entry("pl-tags", "region=north%3Beast%3D1;who=Zo%C3%AB"),
            Map.entry("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
            Map.entry("tracestate", "vendor=x"));
    assertThat(record.key()).asString(UTF_8).isEqualTo("customer 7");
    var read =
        ItemHeaders.read(record.topic(), record.partition(), record.offset(), record.headers());
    assertThat(read.job().tagMap())
        .containsEntry("who", "Zoë")
        .containsEntry("region", "north;east=1");
  }

  @Test
  void aJobGoesOnInTheTraceThatIsCurrentUnlessItBringsItsOwn() throws Exception {
    var traces =
        OpenTelemetry.propagating(
            ContextPropagators.create(W3CTraceContextPropagator.getInstance()));
    var settings = JobClient.Settings.DEFAULT.withTrace(CallerTrace.of(traces));
    var own = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    var current =
        SpanContext.create(
            "11111111111111111111111111111111",
            "2222222222222222",
            TraceFlags.getSampled(),
            TraceState.getDefault());
    try (var jobs = JobClient.connect(broker.clientConfig(), settings)) {
      jobs.submitAndWait(GREET, JobRequest.withId("outside", "world"));
      try (var scope = Span.wrap(current).makeCurrent()) {
        assertThat(scope).isNotNull();
        jobs.submitAndWait(GREET, JobRequest.withId("inside", "world"));
        jobs.submitAndWait(GREET, JobRequest.withId("own", "world").withTrace(own, null));
      }
    }
    var parents = new HashMap<String, String>();
    for (var record : kafka.readAll()) {
      var item =
          ItemHeaders.read(record.topic(), record.partition(), record.offset(), record.headers());
      parents.put(item.jobId(), String.valueOf(item.trace().parent()));
    }
    assertThat(parents)
        .containsOnly(
            Map.entry("outside", "null"),
            Map.entry("inside", "00-11111111111111111111111111111111-2222222222222222-01"),
            Map.entry("own", own));
  }

  @Test
  void aPropagatorThatThrowsHarmsNoJob() {
    var traces = OpenTelemetry.propagating(ContextPropagators.create(new BrokenPropagator()));
    var settings = JobClient.Settings.DEFAULT.withTrace(CallerTrace.of(traces));
    try (var jobs = JobClient.connect(broker.clientConfig(), settings)) {
      jobs.submitAndWait(GREET, JobRequest.withId("greet-42", "world"));
    }
    assertThat(kafka.readAll())
        .singleElement()
        .satisfies(record -> assertThat(record.headers().lastHeader("half")).isNull());
  }

  /// Fails when it has half done its work.
  private static final class BrokenPropagator implements TextMapPropagator {
    @Override
    public Collection<String> fields() {
      return List.of("half");
    }

    @Override
    public <C> void inject(Context context, @Nullable C carrier, TextMapSetter<C> setter) {
      setter.set(carrier, "half", "1");
      throw new IllegalStateException("the propagator is broken");
    }

    @Override
    public <C> Context extract(Context context, @Nullable C carrier, TextMapGetter<C> getter) {
      return context;
    }
  }

  @Test
  void defaultsLeaveTwoHeadersOnly() {
    try (var jobs = JobClient.connect(broker.clientConfig())) {
      jobs.submitAndWait(GREET, JobRequest.idRandom("world"));
    }
    var names = new HashSet<String>();
    kafka.readAll().getFirst().headers().forEach(header -> names.add(header.key()));
    assertThat(names).containsExactlyInAnyOrder("pl-job", "pl-submitted");
  }

  @Test
  void kafkaSerializerEncodesThePayload() {
    var numbers = JobType.of("hello", "greet", new IntegerSerializer());
    try (var jobs = JobClient.connect(broker.clientConfig())) {
      jobs.submitAndWait(numbers, JobRequest.withId("n", 258));
    }
    assertThat(kafka.readAll().getFirst().value()).containsExactly(0, 0, 1, 2);
  }

  @Test
  void derivedIdFollowsTheDocumentedRule() throws Exception {
    try (var jobs = JobClient.connect(broker.clientConfig())) {
      var plain = jobs.submitAndWait(GREET, JobRequest.idFromContent("world"));
      var same = jobs.submitAndWait(GREET, JobRequest.idFromContent("world"));
      var keyed = jobs.submitAndWait(GREET, JobRequest.idFromContent("world").withKey("k"));
      var other = jobs.submitAndWait(GREET, JobRequest.idFromContent("worlds"));

      assertThat(same.jobId()).isEqualTo(plain.jobId());
      assertThat(List.of(keyed.jobId(), other.jobId())).doesNotContain(plain.jobId());
      // printf 'hello\0\xff\xff\xff\xffworld' | sha256sum | cut -c1-40
      assertThat(plain.jobId()).isEqualTo(sha("hello\0\u00ff\u00ff\u00ff\u00ffworld"));
      assertThat(keyed.jobId()).isEqualTo(sha("hello\0\0\0\0\1kworld"));
    }
  }

  @Test
  void batchOfFiftyThousandIsThereExactlyOnce() throws Exception {
    var requests = new ArrayList<JobRequest<String>>();
    for (var i = 0; i < 50_000; i++) requests.add(JobRequest.withId("job-" + i, "payload " + i));
    try (var jobs = JobClient.connect(broker.clientConfig())) {
      var startNanos = System.nanoTime();
      var result = jobs.submitAll(GREET, requests).get(4, TimeUnit.MINUTES);
      var tookMs = (System.nanoTime() - startNanos) / 1_000_000;
      System.out.println("50,000 jobs in " + tookMs + " ms");

      assertThat(result.complete()).isTrue();
      assertThat(result.accepted())
          .extracting(JobReceipt::jobId)
          .containsExactlyElementsOf(requests.stream().map(JobRequest::id).toList());
    }
    var records = kafka.readAll();
    assertThat(records).hasSize(50_000);
    var ids = new HashSet<String>();
    for (var record : records) {
      var id = ItemHeaders.read("", 0, 0, record.headers()).jobId();
      assertThat(ids.add(id)).as(id).isTrue();
      assertThat(new String(record.value(), UTF_8)).isEqualTo("payload " + id.substring(4));
    }
  }

  @Test
  void jobsOfOneKeyArriveInTheOrderOfSubmission() throws Exception {
    var requests = new ArrayList<JobRequest<String>>();
    for (var i = 0; i < 2_000; i++) {
      requests.add(JobRequest.withId("job-" + i, "" + i).withKey("key " + i % 7));
    }
    try (var jobs = JobClient.connect(broker.clientConfig())) {
      assertThat(jobs.submitAll(GREET, requests).get(3, TimeUnit.MINUTES).complete()).isTrue();
    }
    var byKey = new LinkedHashMap<String, List<Integer>>();
    for (var record : kafka.readAll()) {
      byKey
          .computeIfAbsent(new String(record.key(), UTF_8), key -> new ArrayList<>())
          .add(Integer.valueOf(new String(record.value(), UTF_8)));
    }
    assertThat(byKey).hasSize(7);
    byKey.values().forEach(order -> assertThat(order).isSorted());
  }

  @Test
  void jobsArriveInOrderInTopicsThatWereCreatedThisMoment() throws Exception {
    for (var round = 0; round < 5; round++) {
      emptyTopic(); // leaders are known before they serve: the first batches are often refused
      var requests = new ArrayList<JobRequest<String>>();
      for (var i = 0; i < 4_000; i++) {
        requests.add(JobRequest.withId("job-" + i, "" + i).withKey("key " + i % 16));
      }
      var client = new java.util.HashMap<>(broker.clientConfig());
      client.put("linger.ms", "0");
      client.put("batch.size", "300");
      try (var jobs = JobClient.connect(client)) {
        assertThat(jobs.submitAll(GREET, requests).get(3, TimeUnit.MINUTES).refused()).isEmpty();
      }
      var last = new LinkedHashMap<String, Integer>();
      for (var record : kafka.readAll()) {
        var number = Integer.valueOf(new String(record.value(), UTF_8));
        var before = last.put(new String(record.key(), UTF_8), number);
        if (before != null) assertThat(number).isGreaterThan(before);
      }
    }
  }

  @Test
  void manyThreadsShareAClient() throws Exception {
    try (var jobs = JobClient.connect(broker.clientConfig())) {
      var threads = new ArrayList<Thread>();
      for (var t = 0; t < 8; t++) {
        var name = "t" + t + "-";
        threads.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      for (var i = 0; i < 250; i++) {
                        var unused = jobs.submit(GREET, JobRequest.withId(name + i, "x"));
                      }
                    }));
      }
      for (var thread : threads) thread.join();
      jobs.flush();
    }
    assertThat(kafka.readAll())
        .extracting(record -> ItemHeaders.read("", 0, 0, record.headers()).jobId())
        .hasSize(2_000)
        .doesNotHaveDuplicates();
  }

  @Test
  void recordOfAPlainProducerIsAJobToo() throws Exception {
    try (var producer = kafka.producer(Map.of())) {
      producer.send(new ProducerRecord<>(TestKafka.TOPIC, "world".getBytes(UTF_8))).get();
    }
    var record = kafka.readAll().getFirst();
    var read =
        ItemHeaders.read(record.topic(), record.partition(), record.offset(), record.headers());
    assertThat(read).isEqualTo(ItemHeaders.ofJob("pl.hello.greet-" + record.partition() + "-0"));
  }

  @Test
  void callersTransactionDecides() throws Exception {
    try (var producer = kafka.producer(Map.of("transactional.id", "orders"))) {
      producer.initTransactions();
      var jobs = JobClient.withProducer(producer, JobClient.Settings.DEFAULT);

      producer.beginTransaction();
      var aborted = jobs.submit(GREET, JobRequest.withId("aborted", "x"));
      producer.flush();
      assertThat(aborted.get().jobId()).as("sent, not committed").isEqualTo("aborted");
      producer.abortTransaction();
      assertThat(kafka.readAll()).isEmpty();

      producer.beginTransaction();
      var batch =
          jobs.submitAll(
              GREET, List.of(JobRequest.withId("one", "x"), JobRequest.withId("two", "y")));
      producer.commitTransaction();
      assertThat(batch.get(60, TimeUnit.SECONDS).complete()).isTrue();
      assertThat(jobs.close(Duration.ofSeconds(1)).complete()).isTrue();
      producer.beginTransaction(); // the producer is still the caller's to use
      producer.commitTransaction();
    }
    assertThat(kafka.readAll())
        .extracting(record -> ItemHeaders.read("", 0, 0, record.headers()).jobId())
        .containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void refusedRequestLeavesTheCallersTransactionWhole() throws Exception {
    try (var producer = kafka.producer(Map.of("transactional.id", "orders"))) {
      producer.initTransactions();
      var jobs = JobClient.withProducer(producer, JobClient.Settings.DEFAULT);
      producer.beginTransaction();
      var good = jobs.submit(GREET, JobRequest.withId("good", "x"));
      var big = jobs.submit(GREET, JobRequest.withId("big", "x".repeat(2_000_000)));
      var late = jobs.submit(GREET, JobRequest.withId("late", "x").withDeadline(Instant.EPOCH));
      producer.commitTransaction();

      assertThat(good.get().jobId()).isEqualTo("good");
      assertThat(big).isCompletedExceptionally();
      assertThat(late).isCompletedExceptionally();
    }
    assertThat(kafka.readAll()).hasSize(1);
  }

  @Test
  void namespaceIsPartOfTheTopic() throws Exception {
    var settings = JobClient.Settings.DEFAULT.withNames(new TopicNames("acme.prod"));
    try (var admin = Admin.create(broker.clientConfig())) {
      var topic =
          new org.apache.kafka.clients.admin.NewTopic("acme.prod.hello.greet", 1, (short) 1);
      admin.createTopics(List.of(topic)).all().get();
    }
    try (var jobs = JobClient.connect(broker.clientConfig(), settings)) {
      assertThat(jobs.submitAndWait(GREET, JobRequest.idRandom("x")).topic())
          .isEqualTo("acme.prod.hello.greet");
    }
  }

  private static String sha(String latin1) throws Exception {
    var digest =
        java.security.MessageDigest.getInstance("SHA-256")
            .digest(latin1.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    return java.util.HexFormat.of().formatHex(digest, 0, 20);
  }
}
