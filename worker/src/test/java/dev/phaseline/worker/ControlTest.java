package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseHandler;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.Pipeline;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.schemas.control.RunState;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a worker makes of what operators say, on a real broker.
final class ControlTest extends BrokerTest {
  private static final ControlScope ONLY = new ControlScope.OfPhase("p", "only");
  private static final ControlScope SERVER = new ControlScope.OfServer("s1");

  private static final Duration SOON = Duration.ofSeconds(30);

  private final Set<String> started = ConcurrentHashMap.newKeySet();

  private Pipeline onePhase(PhaseHandler<String, ?> handler, UnaryOperator<PhaseOptions> options) {
    var pipeline = Pipeline.named("p").phase("only", Codec.text(), handler, options).build();
    rig.create(pipeline, 2);
    rig.create(
        List.of(rig.topics().control(), rig.topics().workers()),
        1,
        Map.of("cleanup.policy", "compact"));
    return pipeline;
  }

  private String only() {
    return rig.topics().phase("p", "only");
  }

  private void say(ControlScope scope, RunState run, int permits, @Nullable Instant cancelled) {
    var setting =
        new ControlSetting(
            run,
            permits,
            cancelled,
            1,
            "op",
            new Author("anna", "test", "for a reason"),
            Instant.now());
    rig.sendAndWait(
        new ProducerRecord<>(
            rig.topics().control(), scope.key().getBytes(UTF_8), setting.toBytes()));
  }

  private void run(ControlScope scope, RunState run) {
    say(scope, run, 0, null);
  }

  private void cancel(String job) {
    say(new ControlScope.OfJob("p", job), RunState.RUNNING, 0, Instant.now().plusSeconds(3_600));
  }

  private Heartbeat heard(TopicView view) {
    return Heartbeat.read(view.await(1).getLast().value());
  }

  private static void printSince(String what, long nanos) {
    System.out.println(what + " after " + (System.nanoTime() - nanos) / 1_000_000 + " ms");
  }

  private static @Nullable String ended(ConsumerRecord<byte[], byte[]> record) {
    return TopicView.header(record.headers(), HeaderNames.ENDED);
  }

  @Test
  void aPausedPhaseFinishesWhatRunsAndStartsNothingMoreUntilItIsResumed() {
    var release = new Semaphore(0);
    var pipeline =
        onePhase(
            (text, _) -> {
              started.add(text);
              if (text.startsWith("slow")) release.acquire();
              return Outcome.done();
            },
            options -> options.withConcurrency(2));
    var worker = rig.start(pipeline);
    for (var i = 0; i < 5; i++) rig.send(Rig.job(only(), "slow-" + i, "k" + i, "slow-" + i));
    Wait.until("two run", () -> started.size() == 2);

    run(ONLY, RunState.PAUSED);
    var said = System.nanoTime();
    Wait.until(
        "the pause is known",
        () -> Rig.status(worker, "only").condition().equals("paused by anna: for a reason"));
    var knownAfter = Duration.ofNanos(System.nanoTime() - said);
    printSince("a pause is known", said);
    assertThat(knownAfter).as("1 s, and allowance for a busy machine").isLessThan(SOON);
    release.release(2);
    var done = rig.done(pipeline);
    assertThat(done.await(2)).as("what ran is committed").hasSize(2);
    rig.send(Rig.job(only(), "late", "late", "late"));
    // A lane that starts something does so at once; the next heartbeats say that it did not.
    var beats = rig.view(rig.topics().workers());
    var before = beats.read().size();
    Wait.until("two more heartbeats", () -> beats.read().size() >= before + 2);
    assertThat(started).hasSize(2);
    assertThat(heard(beats).phases().getFirst().run()).isEqualTo(RunState.PAUSED);
    // Positions are up to a second older than the rest, and ends are not always told in time.
    Wait.until(
        "four are said to wait",
        () -> heard(beats).phases().getFirst(),
        () -> heard(beats).phases().getFirst().lag() >= 4);
    assertThat(started).hasSize(2);

    run(ONLY, RunState.RUNNING);
    release.release(10);
    assertThat(done.await(6)).hasSize(6);
    assertThat(worker.controlProblem()).isEmpty();
  }

  /// With no meter registry: heartbeats need none.
  @Test
  void heartbeatsTellHowLongItemsWaitedAndHandlersTook() {
    var pipeline =
        onePhase(
            (text, context) -> {
              Thread.sleep(20);
              return text.equals("again") && context.attempt() == 1
                  ? Outcome.retryAfter(Duration.ofMillis(1), "once more")
                  : Outcome.done();
            },
            options -> options);
    for (var text : List.of("a", "b", "again")) {
      var job = Rig.job(only(), text, text, text);
      rig.send(
          new ProducerRecord<>(
              job.topic(),
              job.partition(),
              Instant.now().minusSeconds(60).toEpochMilli(),
              job.key(),
              job.value(),
              job.headers()));
    }
    var _ = rig.start(pipeline);
    rig.done(pipeline).await(3);

    var beats = rig.view(rig.topics().workers());
    var told = new AtomicReference<>(Heartbeat.Times.NONE);
    Wait.until(
        "all attempts are told of, and how long each item waited once",
        told::get,
        () -> {
          told.set(heard(beats).phases().getFirst().times());
          return told.get().service().total() == 4 && told.get().waiting().total() == 3;
        });
    var times = told.get();
    assertThat(times.service().atMost(0.5).orElseThrow()).isBetween(20_000L, 10_000_000L);
    assertThat(times.waiting().atMost(0.01).orElseThrow()).isBetween(60_000_000L, 120_000_000L);
  }

  @Test
  void whatWasSaidBeforeAWorkerStartsHoldsFromItsFirstItemOn() {
    var pipeline =
        onePhase(
            (text, _) -> {
              started.add(text);
              return Outcome.done();
            },
            options -> options);
    run(new ControlScope.OfPipeline("p"), RunState.PAUSED);
    cancel("job-1");
    rig.submit(pipeline, 0, 3, i -> "k" + i);
    var first = rig.start(pipeline);
    var beats = rig.view(rig.topics().workers());
    Wait.until("it has its partitions", () -> Rig.status(first, "only").partitions() == 2);
    var before = beats.read().size();
    Wait.until("two more heartbeats", () -> beats.read().size() >= before + 2);
    assertThat(started).isEmpty();
    first.close();
    Wait.until("its last word", () -> heard(beats), () -> heard(beats).stopped());

    run(new ControlScope.OfPipeline("p"), RunState.RUNNING);
    rig.start(pipeline);
    assertThat(rig.done(pipeline).await(3)).hasSize(3);
    assertThat(started).containsExactlyInAnyOrder("0", "2");
  }

  @Test
  void concurrencyChangesWhileHandlersRun() {
    var release = new CountDownLatch(1);
    var running = new AtomicInteger();
    var pipeline =
        onePhase(
            (_, _) -> {
              running.incrementAndGet();
              release.await();
              running.decrementAndGet();
              return Outcome.done();
            },
            options -> options.withConcurrency(1));
    var worker = rig.start(pipeline);
    rig.submit(pipeline, 0, 20, i -> "k" + i);
    Wait.until("one runs", () -> running.get() == 1);
    say(ONLY, RunState.RUNNING, 7, null);
    Wait.until("seven run", running::get, () -> running.get() == 7);
    assertThat(Rig.status(worker, "only").running()).isEqualTo(7);
    say(ONLY, RunState.RUNNING, 2, null);
    var beats = rig.view(rig.topics().workers());
    Wait.until("two are allowed", () -> heard(beats).phases().getFirst().permits() == 2);
    assertThat(heard(beats).phases().getFirst().inFlight()).hasSize(7);
    assertThat(running.get()).as("what runs is not disturbed").isEqualTo(7);
    release.countDown();
    assertThat(rig.done(pipeline).await(20)).hasSize(20);
  }

  @Test
  void aPhaseOnStandbyStartsWithANumberForItsServerAndGoesWithADrain() {
    var pipeline = onePhase((_, _) -> Outcome.done(), options -> options.withConcurrency(2));
    var first = rig.start(pipeline);
    var standby = Placement.all(pipeline).stream().map(Placement::onStandby).toList();
    var second = rig.start(rig.config("s2"), standby);
    Wait.until(
        "it is on standby",
        () -> Rig.status(second, "only").condition().startsWith(Heartbeat.STANDBY));
    say(ONLY, RunState.RUNNING, 3, null);
    Wait.until("the number for all is known", () -> Rig.status(first, "only").permits() == 3);
    assertThat(Rig.status(second, "only").partitions()).as("it places nothing").isZero();

    var there = new ControlScope.OfPhaseAt("s2", new ControlScope.OfPhase("p", "only"));
    var asked = System.nanoTime();
    say(there, RunState.RUNNING, 5, null);
    Wait.until("it has a share", () -> Rig.status(second, "only").partitions() == 1);
    printSince("off standby", asked);
    assertThat(Rig.status(second, "only").permits()).isEqualTo(5);
    assertThat(Rig.status(first, "only").permits()).isEqualTo(3);
    var said = System.nanoTime();
    say(there, RunState.RUNNING, 4, null);
    Wait.until("a new number is known", () -> Rig.status(second, "only").permits() == 4);
    printSince("a number is known", said);

    say(there, RunState.DRAINED, 4, null);
    Wait.until("the other has all", () -> Rig.status(first, "only").partitions() == 2);
    rig.submit(pipeline, 0, 20, i -> "k" + i);
    assertThat(rig.done(pipeline).await(20)).hasSize(20);
    assertThat(Rig.status(second, "only").completed()).isZero();
  }

  @Test
  void fewerHandlersRunOnceTheyAreThroughWithTheirItems() {
    var turns = new Semaphore(0);
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var pipeline =
        onePhase(
            (_, _) -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              turns.acquire();
              running.decrementAndGet();
              return Outcome.done();
            },
            options -> options.withConcurrency(6));
    rig.start(pipeline);
    rig.submit(pipeline, 0, 60, i -> "k" + i % 6); // chains, which are handed on in part
    Wait.until("six run", () -> running.get() == 6);
    say(ONLY, RunState.RUNNING, 2, null);
    var beats = rig.view(rig.topics().workers());
    Wait.until("two are allowed", () -> heard(beats).phases().getFirst().permits() == 2);
    turns.release(6);
    Wait.until(
        "two run, and wait for their turn",
        running::get,
        () -> running.get() == 2 && turns.availablePermits() == 0 && turns.getQueueLength() == 2);
    most.set(0);
    turns.release(60);
    assertThat(rig.done(pipeline).await(60)).hasSize(60);
    assertThat(most.get()).isLessThanOrEqualTo(2);
  }

  @Test
  void aCancelledJobsRunningHandlerIsToldAndItsItemsEndAsCancelled() {
    var sawIt = new AtomicBoolean();
    var release = new CountDownLatch(1);
    var pipeline =
        onePhase(
            (text, context) -> {
              started.add(text);
              if (text.equals("stubborn")) {
                release.await();
                return Outcome.done();
              }
              if (!text.equals("long")) return Outcome.done();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException told) {
                sawIt.set(context.cancelled());
                throw told;
              }
              return Outcome.done();
            },
            options -> options.withConcurrency(2));
    var exporter = InMemorySpanExporter.create();
    var spans =
        SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(exporter)).build();
    var telemetry = OpenTelemetrySdk.builder().setTracerProvider(spans).build();
    var worker =
        rig.start(
            rig.config("s1").withSpans(OpenTelemetrySpans.of(telemetry)), Placement.all(pipeline));
    rig.send(Rig.job(only(), "bad", "a", "long"));
    rig.send(Rig.job(only(), "bad", "b", "stubborn"));
    Wait.until("both run", () -> started.size() == 2);
    for (var i = 0; i < 10; i++) rig.send(Rig.job(only(), "bad", "c" + i, "never"));
    rig.send(Rig.job(only(), "good", "a", "good"));
    Wait.until("all are here", () -> Rig.status(worker, "only").held() == 13);

    cancel("bad");
    var done = rig.done(pipeline);
    done.await(12);
    release.countDown();
    var records = done.await(13);
    assertThat(records).hasSize(13);
    for (var record : records) {
      var id = TopicView.item(record).jobId();
      assertThat(ended(record)).as(id).isEqualTo(id.equals("bad") ? "cancelled" : null);
      if (id.equals("bad")) {
        assertThat(TopicView.header(record, HeaderNames.PHASE)).isEqualTo("only");
        assertThat(TopicView.header(record, HeaderNames.PARENT)).startsWith("only/");
        assertThat(record.value()).isNull();
      }
    }
    assertThat(sawIt).as("the handler was interrupted and told").isTrue();
    assertThat(started).containsExactlyInAnyOrder("long", "stubborn", "good");
    assertThat(rig.dead(pipeline).read()).isEmpty();
    assertThat(Rig.status(worker, "only").retries()).isZero();
    assertThat(exporter.getFinishedSpanItems())
        .map(span -> span.getAttributes().get(AttributeKey.stringKey("phaseline.outcome")))
        .containsExactlyInAnyOrder("cancelled", "cancelled", "done");
    assertThat(exporter.getFinishedSpanItems())
        .as("an interrupt on behalf of an operator is no error")
        .allSatisfy(s -> assertThat(s.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET));
    telemetry.close();
  }

  @Test
  void anItemThatWaitsForItsNextAttemptEndsAsCancelled() {
    var attempts = new AtomicInteger();
    var pipeline =
        onePhase(
            (_, _) -> {
              attempts.incrementAndGet();
              return Outcome.retryAfter(Duration.ofSeconds(20), "not yet");
            },
            options -> options);
    var worker = rig.start(pipeline);
    rig.send(Rig.job(only(), "bad", "a", "x"));
    Wait.until("it waits", () -> Rig.status(worker, "only").backingOff() == 1);
    cancel("bad");
    assertThat(ended(rig.done(pipeline).await(1).getFirst())).isEqualTo("cancelled");
    assertThat(attempts.get()).isEqualTo(1);
  }

  @Test
  void aDrainedServerFinishesLeavesItsGroupAndComesBack() {
    var release = new CountDownLatch(1);
    var pipeline =
        onePhase(
            (text, _) -> {
              started.add(text);
              if (text.equals("slow")) release.await();
              return Outcome.done();
            },
            options -> options);
    var worker = rig.start(pipeline);
    rig.send(Rig.job(only(), "slow", "a", "slow"));
    Wait.until("it runs", () -> started.contains("slow"));
    run(SERVER, RunState.DRAINED);
    var beats = rig.view(rig.topics().workers());
    Wait.until(
        "the drain is known", () -> heard(beats).phases().getFirst().run() == RunState.DRAINED);
    rig.send(Rig.job(only(), "next", "b", "next"));
    release.countDown();
    assertThat(TopicView.ids(rig.done(pipeline).await(1))).containsExactly("slow");
    Wait.until("it has left", () -> rig.assignments(pipeline, "only").isEmpty());
    assertThat(started).doesNotContain("next");
    assertThat(worker.failure()).isEmpty();

    rig.start(rig.config("s2"), Placement.all(pipeline));
    rig.done(pipeline).await(2);
    run(SERVER, RunState.RUNNING);
    Wait.until("it is back", () -> Rig.status(worker, "only").partitions() == 1);
    rig.submit(pipeline, 0, 20, i -> "k" + i);
    assertThat(rig.done(pipeline).await(22)).hasSize(22);
  }

  @Test
  void aSettingThatCanNotBeReadChangesNothingAndIsReported() {
    var pipeline = onePhase((_, _) -> Outcome.done(), options -> options);
    var worker = rig.start(pipeline);
    rig.sendAndWait(
        new ProducerRecord<>(
            rig.topics().control(), ONLY.key().getBytes(UTF_8), "{\"v\":99}".getBytes(UTF_8)));
    Wait.until(
        "it is reported",
        worker::controlProblem,
        () -> worker.controlProblem().contains("version 99"));
    rig.submit(pipeline, 0, 3, i -> "k" + i);
    assertThat(rig.done(pipeline).await(3)).hasSize(3);
    rig.sendAndWait(
        new ProducerRecord<>(
            rig.topics().control(), "server/another".getBytes(UTF_8), "garbage".getBytes(UTF_8)));
    run(ONLY, RunState.RUNNING);
    Wait.until(
        "the next setting heals it",
        worker::controlProblem,
        () -> worker.controlProblem().isEmpty());
  }

  @Test
  void withoutAControlTopicAWorkerRunsSaysSoAndListensOnceThereIsOne() {
    var pipeline =
        Pipeline.named("p").phase("only", Codec.text(), (_, _) -> Outcome.done()).build();
    rig.create(pipeline, 1);
    var worker = rig.start(pipeline);
    assertThat(worker.controlProblem()).contains(rig.topics().control(), "phaseline topics create");
    rig.submit(pipeline, 0, 3, i -> "k" + i);
    assertThat(rig.done(pipeline).await(3)).hasSize(3);

    rig.create(List.of(rig.topics().control()), 1, Map.of("cleanup.policy", "compact"));
    run(ONLY, RunState.PAUSED);
    Wait.until(
        "it listens", () -> Rig.status(worker, "only").condition().startsWith("paused by anna"));
    assertThat(worker.controlProblem()).isEmpty();
  }
}
