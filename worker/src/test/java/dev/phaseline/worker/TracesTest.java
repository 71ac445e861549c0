package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Ordering;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.RetryPolicy;
import dev.phaseline.schemas.TimerCommand;
import dev.phaseline.schemas.TimerRecords;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A job as one trace, on a real broker and with OpenTelemetry's own SDK.
final class TracesTest extends BrokerTest {
  private static final String CANARY = "canary-4111111111111111";
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SUBMITTER = "b7ad6b7169203331";
  private static final String INCOMING = "00-" + TRACE + "-" + SUBMITTER + "-01";

  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final OpenTelemetrySdk telemetry =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                  .build())
          .setPropagators(
              ContextPropagators.create(
                  TextMapPropagator.composite(
                      W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance())))
          .build();

  @AfterEach
  void closeTelemetry() {
    telemetry.close();
  }

  private Worker start(Pipeline pipeline) {
    return rig.start(
        rig.config("s1").withSpans(OpenTelemetrySpans.of(telemetry)), Placement.all(pipeline));
  }

  private static ProducerRecord<byte[], byte[]> traced(ProducerRecord<byte[], byte[]> record) {
    record.headers().add("traceparent", INCOMING.getBytes(UTF_8));
    record.headers().add("tracestate", "vendor=x".getBytes(UTF_8));
    record.headers().add("baggage", "tenant=42".getBytes(UTF_8));
    return record;
  }

  private static PhaseOptions quick(PhaseOptions options) {
    return options.withRetry(
        RetryPolicy.DEFAULT
            .withAttemptsMax(2)
            .withDelays(Duration.ofMillis(1), Duration.ofMillis(5)));
  }

  private List<SpanData> await(int spans) {
    Wait.until(
        spans + " spans",
        () -> said(exporter.getFinishedSpanItems()),
        () -> exporter.getFinishedSpanItems().size() >= spans);
    return exporter.getFinishedSpanItems();
  }

  private static List<String> said(List<SpanData> spans) {
    return spans.stream()
        .map(s -> text(s, "phaseline.item") + " " + text(s, "phaseline.phase") + " " + outcome(s))
        .toList();
  }

  private static String text(SpanData span, String attribute) {
    return String.valueOf(span.getAttributes().get(AttributeKey.stringKey(attribute)));
  }

  private static long number(SpanData span, String attribute) {
    return Objects.requireNonNull(span.getAttributes().get(AttributeKey.longKey(attribute)));
  }

  private static String outcome(SpanData span) {
    return text(span, "phaseline.outcome");
  }

  private static SpanData only(List<SpanData> spans, String item, String phase, int attempt) {
    var found =
        spans.stream()
            .filter(s -> text(s, "phaseline.item").equals(item))
            .filter(s -> text(s, "phaseline.phase").equals(phase))
            .filter(s -> number(s, "phaseline.attempt") == attempt)
            .toList();
    assertThat(found).as(item + " in " + phase + " #" + attempt).hasSize(1);
    return found.getFirst();
  }

  private static String spanIn(Headers headers) {
    var parent = TopicView.header(headers, "traceparent");
    assertThat(parent).startsWith("00-" + TRACE + "-");
    return Objects.requireNonNull(parent).split("-", -1)[2];
  }

  private static Outcome<String> failOnce(String text, PhaseContext context) {
    if (context.path().equals("/0") && context.attempt() == 1) {
      throw new IllegalStateException("no luck");
    }
    return Outcome.next(text);
  }

  @Test
  void aJobIsOneTraceThroughItsPhasesItsChildrenAndItsFailures() {
    var tracer = telemetry.getTracer("handler");
    var tenants = ConcurrentHashMap.<String>newKeySet();
    var pipeline =
        Pipeline.named("tree")
            .phase("split", Codec.text(), (text, _) -> Outcome.fanOut(List.of(text + 0, text + 1)))
            .phase("work", Codec.text(), TracesTest::failOnce, TracesTest::quick)
            .phase(
                "end",
                Codec.text(),
                (text, _) -> {
                  tracer.spanBuilder("inside").startSpan().end();
                  tenants.add(String.valueOf(Baggage.current().getEntryValue("tenant")));
                  return Outcome.done(text);
                })
            .result(Codec.text())
            .build();
    rig.create(pipeline, 2);
    rig.sendAndWait(traced(Rig.job(rig.topics().phase("tree", "split"), "job-1", "key-1", CANARY)));
    start(pipeline);
    var done = rig.done(pipeline).await(2);
    var spans = await(8);

    assertThat(spans).hasSize(8).allSatisfy(s -> assertThat(s.getTraceId()).isEqualTo(TRACE));
    var split = only(spans, "job-1", "split", 1);
    assertThat(split.getParentSpanId()).isEqualTo(SUBMITTER);
    assertThat(split.getParentSpanContext().isRemote()).isTrue();
    assertThat(split.getSpanContext().getTraceState().get("vendor")).isEqualTo("x");
    assertDescribed(split);
    var failed = only(spans, "job-1/0", "work", 1);
    assertFailedOnce(failed);
    assertThat(failed.getParentSpanId()).isEqualTo(split.getSpanId());
    for (var child = 0; child < 2; child++) {
      var item = "job-1/" + child;
      var work = only(spans, item, "work", child == 0 ? 2 : 1);
      assertThat(work.getParentSpanId()).isEqualTo(split.getSpanId());
      assertThat(outcome(work)).isEqualTo("next");
      assertThat(work.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
      var end = only(spans, item, "end", 1);
      assertThat(end.getParentSpanId()).isEqualTo(work.getSpanId());
      assertThat(outcome(end)).isEqualTo("done");
      assertThat(doneOf(done, item)).isEqualTo(end.getSpanId());
      assertThat(spans)
          .filteredOn(s -> s.getName().equals("inside"))
          .filteredOn(s -> s.getParentSpanId().equals(end.getSpanId()))
          .hasSize(1);
    }
    assertThat(tenants).containsExactly("42");
    assertThat(done).allSatisfy(r -> assertThat(r.headers().headers("traceparent")).hasSize(1));
    assertThat(spans).noneMatch(s -> s.toString().contains(CANARY));
  }

  private static String doneOf(List<ConsumerRecord<byte[], byte[]>> done, String item) {
    return spanIn(
        done.stream()
            .filter(record -> TopicView.item(record).itemId().equals(item))
            .findFirst()
            .orElseThrow()
            .headers());
  }

  private void assertDescribed(SpanData split) {
    var topic = rig.topics().phase("tree", "split");
    assertThat(split.getName()).isEqualTo("process " + topic);
    assertThat(split.getKind()).isEqualTo(SpanKind.CONSUMER);
    assertThat(split.getInstrumentationScopeInfo().getName()).isEqualTo("dev.phaseline.worker");
    assertThat(split.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(split.getAttributes().asMap().entrySet())
        .map(entry -> entry.getKey().getKey() + "=" + entry.getValue())
        .filteredOn(said -> !said.startsWith("messaging.destination.partition.id="))
        .containsExactlyInAnyOrder(
            "messaging.system=kafka",
            "messaging.operation.name=process",
            "messaging.operation.type=process",
            "messaging.destination.name=" + topic,
            "messaging.consumer.group.name=" + rig.topics().group("tree", "split"),
            "messaging.kafka.offset=0",
            "messaging.kafka.message.key=key-1",
            "phaseline.pipeline=tree",
            "phaseline.phase=split",
            "phaseline.job=job-1",
            "phaseline.item=job-1",
            "phaseline.attempt=1",
            "phaseline.generation=0",
            "phaseline.outcome=fan_out");
    assertThat(text(split, "messaging.destination.partition.id")).matches("[01]");
  }

  private static void assertFailedOnce(SpanData failed) {
    assertThat(outcome(failed)).isEqualTo("retry");
    assertThat(failed.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(text(failed, "error.type")).isEqualTo(IllegalStateException.class.getName());
    assertThat(failed.getEvents()).hasSize(1);
    var event = failed.getEvents().getFirst();
    assertThat(event.getName()).isEqualTo("exception");
    assertThat(event.getAttributes().get(AttributeKey.stringKey("exception.message")))
        .isEqualTo("no luck");
    assertThat(failed.getEndEpochNanos()).isGreaterThanOrEqualTo(failed.getStartEpochNanos());
  }

  private static Outcome<String> misfortune(String text, PhaseContext context) {
    return switch (context.jobId()) {
      case "throws" -> throw new IllegalStateException("no luck");
      case "rejects" -> Outcome.dead("not wanted");
      case "lost" -> Outcome.to("nowhere", text);
      case "later" ->
          context.attempt() == 1
              ? Outcome.retryAfter(Duration.ofMinutes(5), "busy")
              : Outcome.done(text);
      case "waits" ->
          Span.current().getSpanContext().isValid()
              ? Outcome.suspend(Duration.ofMinutes(5), "bank is down")
              : Outcome.done(text);
      default -> Outcome.done(text);
    };
  }

  @Test
  void aSpanSaysWhatBecameOfItsAttemptAndItsContextGoesOnWithTheItem() {
    var pipeline =
        Pipeline.named("fates")
            .phase(
                "only",
                Codec.text(),
                TracesTest::misfortune,
                options -> quick(options).withOrdering(Ordering.UNORDERED))
            .result(Codec.text())
            .build();
    rig.create(pipeline, 1);
    rig.create(List.of(rig.topics().timers()), 1, Map.of());
    var topic = rig.topics().phase("fates", "only");
    for (var job : List.of("throws", "rejects", "lost", "later")) {
      rig.sendAndWait(traced(Rig.job(topic, job, null, CANARY)));
    }
    rig.start(
        rig.config("s1").withSpans(OpenTelemetrySpans.of(telemetry)).withTimers(true),
        Placement.all(pipeline));
    var dead = rig.dead(pipeline).await(3);
    var spans = await(5);
    var deferred = rig.view(rig.topics().timers()).await(1).getFirst();

    var last = only(spans, "throws", "only", 2);
    assertThat(outcome(only(spans, "throws", "only", 1))).isEqualTo("retry");
    assertEnded(last, "dead", IllegalStateException.class.getName());
    assertThat(last.getParentSpanId()).isEqualTo(SUBMITTER);
    var rejected = only(spans, "rejects", "only", 1);
    assertEnded(rejected, "dead", "rejected");
    assertThat(rejected.getStatus().getDescription()).isEqualTo("not wanted");
    var lost = only(spans, "lost", "only", 1);
    assertEnded(lost, "dead", "bad_outcome");
    var byJob = Map.of("throws", last, "rejects", rejected, "lost", lost);
    for (var letter : dead) {
      var job = TopicView.item(letter).jobId();
      assertThat(spanIn(letter.headers()))
          .as(job)
          .isEqualTo(Objects.requireNonNull(byJob.get(job)).getSpanId());
    }
    var later = only(spans, "later", "only", 1);
    assertThat(outcome(later)).isEqualTo("deferred");
    assertThat(later.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(later.getEvents())
        .singleElement()
        .satisfies(event -> assertThat(event.getName()).isEqualTo("phaseline.retry"));
    var command =
        new TimerRecords(rig.topics())
            .read(deferred.key(), deferred.value(), deferred.headers(), Instant.now());
    var timer = ((TimerCommand.Schedule) command).timer();
    assertThat(spanIn(timer.headers())).isEqualTo(later.getSpanId());
    assertThat(spans).noneMatch(s -> s.toString().contains(CANARY));

    rig.sendAndWait(traced(Rig.job(topic, "waits", null, CANARY)));
    var suspended = only(await(6), "waits", "only", 1);
    assertThat(outcome(suspended)).isEqualTo("suspended");
    assertThat(suspended.getEvents())
        .singleElement()
        .satisfies(event -> assertThat(event.getName()).isEqualTo("phaseline.suspend"));
  }

  private static void assertEnded(SpanData span, String outcome, String error) {
    assertThat(outcome(span)).isEqualTo(outcome);
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(text(span, "error.type")).isEqualTo(error);
  }

  @Test
  void theSpanOfAnAttemptThatHangsEndsWhenItIsGivenUp() {
    var release = new CountDownLatch(1);
    var pipeline =
        Pipeline.named("hang")
            .phase(
                "only",
                Codec.text(),
                (text, context) -> {
                  if (context.attempt() == 1) waitStubbornly(release);
                  return Outcome.done(text);
                },
                // as long as the second attempt may take on a machine that is busy
                options -> quick(options).withTimeout(Duration.ofSeconds(3)))
            .result(Codec.text())
            .build();
    rig.create(pipeline, 1);
    rig.sendAndWait(traced(Rig.job(rig.topics().phase("hang", "only"), "job-1", null, CANARY)));
    try {
      start(pipeline);
      var spans = await(2);
      assertEnded(only(spans, "job-1", "only", 1), "timed_out", "timed_out");
      var second = only(spans, "job-1", "only", 2);
      assertThat(outcome(second)).isEqualTo("done");
      assertThat(spanIn(rig.done(pipeline).await(1).getFirst().headers()))
          .isEqualTo(second.getSpanId());
    } finally {
      release.countDown();
    }
  }

  private static void waitStubbornly(CountDownLatch release) {
    while (release.getCount() > 0) {
      try {
        release.await();
      } catch (InterruptedException ignored) {
        // that is the point: a handler that hangs
      }
    }
  }

  @Test
  void aSpanThatIsOpenWhenTheWorkerStopsEndsWithIt() {
    var started = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var pipeline =
        Pipeline.named("stop")
            .phase(
                "only",
                Codec.text(),
                (text, _) -> {
                  started.countDown();
                  waitStubbornly(release);
                  return Outcome.done(text);
                })
            .result(Codec.text())
            .build();
    rig.create(pipeline, 1);
    rig.sendAndWait(Rig.job(rig.topics().phase("stop", "only"), "job-1", null, CANARY));
    var impatient =
        new WorkerConfig.Timing(Rig.TIMING.start(), Duration.ofMillis(100), Duration.ofMillis(100));
    var config = rig.config("s1").withTiming(impatient).withSpans(OpenTelemetrySpans.of(telemetry));
    var worker = rig.start(config, Placement.all(pipeline));
    try {
      Wait.until("the handler runs", () -> started.getCount() == 0);
      worker.close();
      assertThat(said(exporter.getFinishedSpanItems())).containsExactly("job-1 only abandoned");
    } finally {
      release.countDown();
    }
  }

  private static Set<String> names(Headers headers) {
    return Arrays.stream(headers.toArray()).map(header -> header.key()).collect(Collectors.toSet());
  }

  private static Pipeline twoPhases() {
    return Pipeline.named("plain")
        .phase(
            "one",
            Codec.text(),
            (text, _) -> {
              assertThat(Span.current().getSpanContext().isValid()).isFalse();
              return Outcome.next(text);
            })
        .phase("two", Codec.text(), (text, _) -> Outcome.done(text))
        .result(Codec.text())
        .build();
  }

  @Test
  void withoutOpenTelemetryHeadersGoOnAsTheyCameAndNoneIsAdded() {
    var pipeline = twoPhases();
    rig.create(pipeline, 1);
    var topic = rig.topics().phase("plain", "one");
    rig.sendAndWait(Rig.job(topic, "bare", null, "1"));
    rig.sendAndWait(traced(Rig.job(topic, "traced", null, "2")));
    rig.start(pipeline);
    var done = rig.done(pipeline).await(2);

    for (var record : done) {
      if (TopicView.item(record).jobId().equals("bare")) {
        assertThat(names(record.headers())).containsExactlyInAnyOrder("pl-job", "pl-parent");
      } else {
        assertThat(spanIn(record.headers())).isEqualTo(SUBMITTER);
        assertThat(TopicView.header(record, "baggage")).isEqualTo("tenant=42");
      }
    }
  }

  @Test
  void aTracerThatThrowsHarmsNoItem() {
    for (var where : BrokenTelemetry.Where.values()) {
      try (var own =
          new Rig(
              rig.client(),
              rig.topics().namespace() + "-" + where.name().toLowerCase(Locale.ROOT))) {
        survives(own, where);
      }
    }
  }

  private static void survives(Rig own, BrokenTelemetry.Where where) {
    var pipeline =
        Pipeline.named("brave")
            .phase("one", Codec.text(), TracesTest::misfortune, TracesTest::quick)
            .phase("two", Codec.text(), (text, _) -> Outcome.done(text))
            .result(Codec.text())
            .build();
    own.create(pipeline, 1);
    var topic = own.topics().phase("brave", "one");
    for (var job : List.of("well", "throws", "rejects")) {
      own.sendAndWait(traced(Rig.job(topic, job, null, "1")));
    }
    own.start(
        own.config("s1").withSpans(OpenTelemetrySpans.of(new BrokenTelemetry(where))),
        Placement.all(pipeline));
    var done = own.done(pipeline).await(1);
    var dead = own.dead(pipeline).await(2);
    assertThat(TopicView.ids(done)).as("done, broken in " + where).containsExactly("well");
    assertThat(TopicView.ids(dead))
        .as("dead, broken in " + where)
        .containsExactlyInAnyOrder("throws", "rejects");
    for (var record : List.of(done.getFirst(), dead.getFirst(), dead.getLast())) {
      assertThat(spanIn(record.headers())).as("broken in " + where).hasSize(16);
    }
  }
}
