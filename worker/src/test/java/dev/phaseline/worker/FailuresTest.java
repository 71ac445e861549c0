package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.phaseline.core.Codec;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.PhaseHandler;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.RetryPolicy;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/// What becomes of items that fail, whoever's fault it is, on a real broker.
final class FailuresTest extends BrokerTest {
  private static final RetryPolicy QUICK =
      RetryPolicy.DEFAULT.withAttemptsMax(3).withDelays(Duration.ofMillis(1), Duration.ofMillis(5));
  private static final int PAYLOAD_MAX = 100_000;

  /// As long as an attempt that does not hang may take on a machine that is busy.
  private static final Duration GIVE_UP = Duration.ofSeconds(3);

  private static PhaseOptions quick(PhaseOptions options) {
    var limits = PhaseOptions.Limits.DEFAULT;
    return options
        .withRetry(QUICK)
        .withLimits(
            new PhaseOptions.Limits(
                PAYLOAD_MAX,
                10,
                limits.fanOutBytesMax(),
                limits.inFlightItemsMax(),
                limits.inFlightBytesMax()));
  }

  private static <I> Pipeline onePhase(
      Codec<I> codec, PhaseHandler<I, Object> handler, UnaryOperator<PhaseOptions> options) {
    return Pipeline.named("f").phase("only", codec, handler, options).result(Codec.text()).build();
  }

  private static Pipeline onePhase(PhaseHandler<String, Object> handler) {
    return onePhase(Codec.text(), handler, FailuresTest::quick);
  }

  private String only() {
    return rig.topics().phase("f", "only");
  }

  private void submit(String... payloads) {
    for (var payload : payloads) rig.send(Rig.job(only(), payload, payload, payload));
  }

  @Test
  void aHandlerThatThrowsIsTriedAgainAndThenDeadWithItsHistory() throws Exception {
    var pipeline =
        onePhase(
            (text, context) -> {
              if (text.equals("flaky") && context.attempt() == 3) return Outcome.next("at last");
              throw new IllegalStateException("\"no\" to " + text + " #" + context.attempt());
            });
    rig.create(pipeline, 1);
    submit("hopeless", "flaky");
    var worker = rig.start(pipeline);
    assertThat(TopicView.ids(rig.done(pipeline).await(1))).containsExactly("flaky");
    var dead = rig.dead(pipeline).await(1);
    assertThat(TopicView.ids(dead)).containsExactly("hopeless");
    var letter = dead.getFirst();
    assertThat(letter.value()).isEqualTo("hopeless".getBytes(UTF_8));
    assertThat(TopicView.kind(letter)).isEqualTo("failed");
    assertThat(TopicView.reason(letter))
        .isEqualTo("attempt 3 of 3 failed: IllegalStateException: \"no\" to hopeless #3");
    assertThat(TopicView.header(letter, HeaderNames.PHASE)).isEqualTo("only");
    assertThat(TopicView.header(letter, HeaderNames.ATTEMPT)).isEqualTo("3");
    var history = new ObjectMapper().readTree(TopicView.header(letter, HeaderNames.HISTORY));
    assertThat(history).hasSize(3);
    for (var i = 0; i < 3; i++) {
      assertThat(history.get(i).get("attempt").asInt()).isEqualTo(i + 1);
      assertThat(history.get(i).get("kind").asText()).isEqualTo("thrown");
      assertThat(history.get(i).get("error").asText())
          .isEqualTo(IllegalStateException.class.getName());
      assertThat(history.get(i).get("message").asText())
          .isEqualTo("\"no\" to hopeless #" + (i + 1));
      assertThat(history.get(i).get("stack").get(0).asText()).contains("FailuresTest");
    }
    worker.close();
    assertThat(Rig.status(worker, "only").retries()).isEqualTo(4);
  }

  @Test
  void whateverAHandlerReturnsOrThrowsIsItsOwnItemsFailure() {
    var pipeline =
        onePhase(
            (text, _) ->
                switch (text) {
                  case "null" -> nothing();
                  case "null value" -> Outcome.next(nothing());
                  case "deep" -> Outcome.next(Integer.toString(deep(1)));
                  case "wrong type" -> Outcome.next(List.of(1));
                  case "big" -> Outcome.next("x".repeat(PAYLOAD_MAX + 1));
                  case "many" -> Outcome.fanOut("only", Collections.nCopies(11, "x"));
                  case "rejected" -> Outcome.dead("no such customer");
                  case "error" -> throw new AssertionError("broken");
                  case "sneaky" -> throw sneaky(new java.io.IOException("disk"));
                  default -> Outcome.next(text);
                });
    rig.create(pipeline, 1);
    submit(
        "null", "null value", "deep", "wrong type", "big", "many", "rejected", "error", "sneaky");
    submit("fine");
    var worker = rig.start(pipeline);
    assertThat(TopicView.ids(rig.done(pipeline).await(2)))
        .containsExactlyInAnyOrder("fine", "null value");
    var reasons = new ConcurrentHashMap<String, String>();
    for (var letter : rig.dead(pipeline).await(8)) {
      reasons.put(
          TopicView.item(letter).jobId(), TopicView.kind(letter) + ": " + TopicView.reason(letter));
    }
    assertThat(reasons)
        .hasSize(8)
        .containsEntry("null", "bad_outcome: the handler returned null")
        .containsEntry(
            "big",
            "too_big: output for "
                + rig.topics().done("f")
                + " has 100001 bytes, the limit is 100000")
        .containsEntry("many", "too_big: fan-out has 11 children, the limit is 10")
        .containsEntry("rejected", "rejected: no such customer")
        .containsEntry("error", "failed: attempt 3 of 3 failed: AssertionError: broken")
        .containsEntry("sneaky", "failed: attempt 3 of 3 failed: IOException: disk");
    assertThat(reasons.get("deep")).startsWith("failed: attempt 3 of 3 failed: StackOverflowError");
    assertThat(reasons.get("wrong type"))
        .startsWith("bad_outcome: the result is of the wrong type");
    assertThat(worker.failure()).isEmpty();
  }

  @SuppressWarnings({
    "NullAway",
    "TypeParameterUnusedInFormals"
  }) // handlers compiled without the check do this
  private static <T> T nothing() {
    return null;
  }

  private static int deep(int n) {
    return n == 0 ? 0 : 1 + deep(n + 1);
  }

  @SuppressWarnings("unchecked") // how other JVM languages throw what they don't declare
  private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Test
  void aCodecThatBreaksOnAnOutputBreaksThatItemOnly() {
    var broken =
        new Codec<String>() {
          @Override
          public byte[] encode(String topic, String value) {
            if (value.equals("boom")) throw new IllegalArgumentException("codec bug");
            if (value.equals("deep")) return new byte[deep(1)];
            return value.getBytes(UTF_8);
          }

          @Override
          public String decode(String topic, byte[] bytes) {
            return new String(bytes, UTF_8);
          }
        };
    var pipeline =
        Pipeline.named("f")
            .phase("only", Codec.text(), (text, _) -> Outcome.next(text), FailuresTest::quick)
            .phase(
                "keyed",
                broken,
                (text, _) -> Outcome.done(text),
                text -> {
                  if (text.equals("no key")) throw new IllegalArgumentException("no key in it");
                  return text;
                },
                FailuresTest::quick)
            .result(Codec.text())
            .build();
    rig.create(pipeline, 1);
    submit("boom", "deep", "no key", "fine");
    rig.start(pipeline);
    assertThat(TopicView.ids(rig.done(pipeline).await(1))).containsExactly("fine");
    var dead = rig.dead(pipeline).await(3);
    assertThat(TopicView.ids(dead)).containsExactlyInAnyOrder("boom", "deep", "no key");
    assertThat(dead).allSatisfy(d -> assertThat(TopicView.kind(d)).isEqualTo("bad_outcome"));
  }

  @Test
  void aHandlerThatNeverReturnsIsInterruptedAtItsTimeout() {
    var interrupted = new AtomicInteger();
    var pipeline =
        onePhase(
            Codec.text(),
            (text, context) -> {
              if (context.attempt() > 1) return Outcome.next(text);
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.incrementAndGet();
                assertThat(context.abandoned()).isTrue();
                throw e;
              }
              return Outcome.next("never");
            },
            options -> quick(options).withTimeout(GIVE_UP));
    rig.create(pipeline, 1);
    submit("stuck");
    var worker = rig.start(pipeline);
    var done = rig.done(pipeline).await(1);
    assertThat(TopicView.value(done.getFirst())).isEqualTo("stuck");
    Wait.until("the handler was interrupted", () -> interrupted.get() == 1);
    Wait.until("nothing is hung", () -> Rig.status(worker, "only").hung() == 0);
    worker.close();
    assertThat(Rig.status(worker, "only").timedOut()).isEqualTo(1);
  }

  @Test
  void aHandlerThatIgnoresItsInterruptIsCountedAsHungAndItsLateResultIsFenced() {
    var release = new CountDownLatch(1);
    var attempts = Collections.synchronizedList(new ArrayList<Integer>());
    var pipeline =
        onePhase(
            Codec.text(),
            (text, context) -> {
              if (!text.equals("stubborn")) return Outcome.next(text);
              attempts.add(context.attempt());
              if (context.attempt() == 1) {
                awaitUninterruptibly(release);
                return Outcome.next("too late");
              }
              return Outcome.next("in time, attempt " + context.attempt());
            },
            options -> quick(options).withTimeout(GIVE_UP).withConcurrency(1));
    rig.create(pipeline, 1);
    submit("stubborn", "a", "b");
    var worker = rig.start(pipeline);
    var view = rig.done(pipeline);
    view.await(3);
    assertThat(Rig.status(worker, "only").hung()).isEqualTo(1);
    release.countDown();
    Wait.until("the hung handler has ended", () -> Rig.status(worker, "only").hung() == 0);
    submit("c");
    var done = view.await(4);
    worker.close();
    assertThat(done.stream().map(TopicView::value))
        .containsExactlyInAnyOrder("in time, attempt 2", "a", "b", "c");
    assertThat(attempts).containsExactly(1, 2);
    assertThat(view.read()).hasSize(4);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException ignored) {
        // that is the point
      }
    }
  }

  @Test
  void aHandlerThatNeverAnswersOnAnyAttemptIsDeadOfTimeouts() {
    var pipeline =
        onePhase(
            Codec.text(),
            (text, _) -> {
              if (text.equals("stuck")) new CountDownLatch(1).await();
              return Outcome.next(text);
            },
            options -> quick(options).withTimeout(Duration.ofMillis(200)));
    rig.create(pipeline, 1);
    submit("stuck", "fine");
    rig.start(pipeline);
    var letter = rig.dead(pipeline).await(1).getFirst();
    assertThat(TopicView.kind(letter)).isEqualTo("timed_out");
    assertThat(TopicView.reason(letter)).isEqualTo("attempt 3 of 3 failed");
    assertThat(TopicView.header(letter, HeaderNames.HISTORY))
        .contains("no sign of life for PT0.2S");
  }

  @Test
  void whatCannotBeReadIsDeadWithTheSameBytesKeyAndHeaders() {
    var pipeline = onePhase((text, _) -> Outcome.next(text));
    rig.create(pipeline, 1);
    var notUtf8 = new byte[] {(byte) 0xC3, (byte) 0x28, 0, 1};
    var key = new byte[] {0, (byte) 0xFF};
    var odd = new ProducerRecord<>(only(), key, notUtf8);
    odd.headers().add("x-foreign", new byte[] {9, 0}).add(HeaderNames.TAGS, "a=b".getBytes(UTF_8));
    rig.send(odd);
    var big = new byte[PAYLOAD_MAX + 1];
    Arrays.fill(big, (byte) 'x');
    rig.send(only(), "big", big);
    rig.send(only(), "empty", null);
    var badNumber = Rig.job(only(), "bad-attempt", "k", "fine");
    badNumber.headers().add(HeaderNames.ATTEMPT, "first".getBytes(UTF_8));
    rig.send(badNumber);
    var badDeadline = Rig.job(only(), "bad-deadline", "k", "fine");
    badDeadline.headers().add(HeaderNames.DEADLINE, "tomorrow".getBytes(UTF_8));
    rig.send(badDeadline);
    rig.send(Rig.job(only(), "x".repeat(201), "k", "fine"));
    submit("neighbour");
    rig.start(pipeline);
    assertThat(TopicView.ids(rig.done(pipeline).await(1))).containsExactly("neighbour");
    var dead = rig.dead(pipeline).await(6);
    assertThat(dead).hasSize(6);
    var byOffset = new ArrayList<>(dead);
    byOffset.sort(
        Comparator.comparingInt(
            d -> {
              var parent = TopicView.header(d, HeaderNames.PARENT);
              return Integer.parseInt(parent.substring(parent.lastIndexOf('/') + 1));
            }));
    assertThat(byOffset.stream().map(TopicView::kind))
        .containsExactly(
            "undecodable", "too_big", "undecodable", "undecodable", "undecodable", "undecodable");
    assertThat(byOffset.get(0).value()).isEqualTo(notUtf8);
    assertThat(byOffset.get(0).key()).isEqualTo(key);
    assertThat(byOffset.get(0).headers().lastHeader("x-foreign").value()).containsExactly(9, 0);
    assertThat(TopicView.header(byOffset.get(0), HeaderNames.TAGS)).isEqualTo("a=b");
    assertThat(TopicView.reason(byOffset.get(0))).isEqualTo("payload is not UTF-8 text");
    assertThat(byOffset.get(1).value()).isEqualTo(big);
    assertThat(TopicView.reason(byOffset.get(1)))
        .isEqualTo("payload has 100001 bytes, the limit is 100000");
    assertThat(byOffset.get(2).value()).isNull();
    assertThat(TopicView.reason(byOffset.get(2))).isEqualTo("the record has no value");
    assertThat(TopicView.reason(byOffset.get(3)))
        .isEqualTo("header pl-attempt is not a number: 'first'");
    assertThat(TopicView.reason(byOffset.get(4))).contains("header pl-deadline is not a time like");
    assertThat(TopicView.reason(byOffset.get(5))).contains("job id has 201 characters");
  }

  @Test
  void aRecordWithAHeaderThatCanNotBeReadIsADeadLetterOfItsOwnJob() {
    var pipeline = onePhase((text, _) -> Outcome.next(text));
    rig.create(pipeline, 1);
    var bad =
        List.of(
            Map.entry(HeaderNames.DEADLINE, "tomorrow"),
            Map.entry(HeaderNames.SUBMITTED, "30/11/2026"),
            Map.entry(HeaderNames.ATTEMPT, "first"),
            Map.entry(HeaderNames.ITEM, "child-1"),
            Map.entry(HeaderNames.ITEM, "/a"),
            Map.entry(HeaderNames.SIBLINGS, "x"),
            Map.entry(HeaderNames.GENERATION, "-1"),
            Map.entry(HeaderNames.PRIORITY, "high"),
            Map.entry(HeaderNames.JOB, "a\nb"),
            Map.entry(HeaderNames.JOB, ""));
    var expected = new ArrayList<String>();
    for (var header : bad) {
      var record = Rig.job(only(), "bad-" + header.getKey(), "k", "fine");
      record.headers().add(header.getKey(), header.getValue().getBytes(UTF_8));
      var at = rig.sendAndWait(record);
      var its = ItemIdentity.read(only(), at.partition(), at.offset(), record.headers());
      expected.add(its.itemId() + " from only/0/" + at.offset());
    }
    for (var name : List.of(HeaderNames.TAGS, HeaderNames.TRACE_PARENT, HeaderNames.TRACE_STATE)) {
      var record = Rig.job(only(), "null-" + name, "k", "fine");
      record.headers().add(name, null);
      rig.send(record);
    }
    rig.start(pipeline);
    assertThat(TopicView.ids(rig.done(pipeline).await(3))).allMatch(id -> id.startsWith("null-"));
    var dead = rig.dead(pipeline).await(bad.size());
    assertThat(dead).allSatisfy(d -> assertThat(TopicView.kind(d)).isEqualTo("undecodable"));
    assertThat(
            dead.stream()
                .map(
                    letter -> {
                      var its =
                          ItemIdentity.read(
                              letter.topic(),
                              letter.partition(),
                              letter.offset(),
                              letter.headers());
                      return its.itemId() + " from " + its.parent();
                    }))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void aJobWhoseDeadlineHasPassedIsNotBegun() {
    var begun = Collections.synchronizedList(new ArrayList<String>());
    var pipeline =
        onePhase(
            (text, _) -> {
              begun.add(text);
              return Outcome.next(text);
            });
    rig.create(pipeline, 1);
    var late = Rig.job(only(), "late", "k", "late");
    late.headers().add(HeaderNames.DEADLINE, "2001-01-01T00:00:00Z".getBytes(UTF_8));
    rig.send(late);
    var early = Rig.job(only(), "early", "k", "early");
    var inAnHour = Instant.now().plus(Duration.ofHours(1)).toString();
    early.headers().add(HeaderNames.DEADLINE, inAnHour.getBytes(UTF_8));
    rig.send(early);
    rig.start(pipeline);
    assertThat(TopicView.ids(rig.done(pipeline).await(1))).containsExactly("early");
    var letter = rig.dead(pipeline).await(1).getFirst();
    assertThat(TopicView.kind(letter)).isEqualTo("expired");
    assertThat(TopicView.reason(letter))
        .isEqualTo("the job's deadline 2001-01-01T00:00:00Z has passed");
    assertThat(begun).containsExactly("early");
  }

  @Test
  void whileTheRegistryIsDownThePhaseWaitsAndNothingIsDeadAndItGoesOnByItself() {
    var down = new AtomicBoolean(true);
    var asked = new AtomicInteger();
    var codec =
        new Codec<String>() {
          @Override
          public byte[] encode(String topic, String value) {
            throw new PayloadException("not written in this test", null);
          }

          @Override
          public String decode(String topic, byte[] bytes) {
            asked.incrementAndGet();
            if (down.get()) throw new DependencyDownException("no registry at r:8081", null);
            return new String(bytes, UTF_8);
          }
        };
    var pipeline =
        onePhase(
            codec, (text, context) -> Outcome.next(text + context.attempt()), FailuresTest::quick);
    rig.create(pipeline, 1);
    for (var i = 0; i < 100; i++) submit("j" + i);
    var worker = rig.start(pipeline);
    Wait.until(
        "the phase says that it is suspended",
        () -> Rig.status(worker, "only").condition(),
        () -> {
          var condition = Rig.status(worker, "only").condition();
          return condition.startsWith("suspended until 2")
              && condition.endsWith("Z: no registry at r:8081");
        });
    var before = asked.get();
    Wait.until("it has asked again, twice", () -> asked.get() >= before + 2);
    assertThat(rig.done(pipeline).read()).isEmpty();
    down.set(false);
    var done = rig.done(pipeline).await(100);
    assertThat(done.stream().map(TopicView::value)).allMatch(value -> value.endsWith("1"));
    assertThat(rig.dead(pipeline).read()).isEmpty();
    Wait.until(
        "nothing holds the phase up", () -> Rig.status(worker, "only").condition().isEmpty());
    assertThat(Rig.status(worker, "only").retries()).isZero();
  }

  @Test
  void aPhaseThatSuspendsItselfSpendsNoAttemptAndARuleCanSayTheSame() {
    var tries = new ConcurrentHashMap<String, AtomicInteger>();
    var pipeline =
        onePhase(
            Codec.text(),
            (text, context) -> {
              var count = tries.computeIfAbsent(text, _ -> new AtomicInteger()).incrementAndGet();
              if (count == 6) return Outcome.next(text + " #" + context.attempt());
              if (text.equals("rule")) throw new java.net.ConnectException("gateway is away");
              if (text.equals("thrown"))
                throw new DependencyDownException("database is away", null);
              return Outcome.suspend(Duration.ofMillis(20), "gateway is away");
            },
            options ->
                quick(options)
                    .withRetry(
                        QUICK.on(java.net.ConnectException.class, RetryPolicy.Judgement.SUSPEND)));
    rig.create(pipeline, 1);
    submit("asked", "rule", "thrown");
    rig.start(pipeline);
    var done = rig.done(pipeline).await(3);
    assertThat(done.stream().map(TopicView::value))
        .containsExactlyInAnyOrder("asked #1", "rule #1", "thrown #1");
    assertThat(rig.dead(pipeline).read()).isEmpty();
  }

  @Test
  void retryAfterWaitsAsLongAsItSaysAndSpendsAnAttempt() {
    var starts = Collections.synchronizedList(new ArrayList<Long>());
    var pipeline =
        onePhase(
            (text, context) -> {
              if (text.equals("never")) {
                return Outcome.retryAfter(Duration.ofMillis(1), "not ready");
              }
              starts.add(System.nanoTime());
              return context.attempt() == 3
                  ? Outcome.next("ready")
                  : Outcome.retryAfter(Duration.ofMillis(150), "not ready");
            });
    rig.create(pipeline, 1);
    submit("later", "never");
    rig.start(pipeline);
    assertThat(TopicView.value(rig.done(pipeline).await(1).getFirst())).isEqualTo("ready");
    assertThat(starts).hasSize(3);
    for (var i = 1; i < 3; i++) {
      assertThat(Duration.ofNanos(starts.get(i) - starts.get(i - 1)))
          .isGreaterThanOrEqualTo(Duration.ofMillis(150));
    }
    var letter = rig.dead(pipeline).await(1).getFirst();
    assertThat(TopicView.kind(letter)).isEqualTo("failed");
    assertThat(TopicView.reason(letter)).isEqualTo("not ready");
  }

  @Test
  void aRecordThatOnlyFitsItsTopicCompressedIsKeptAndSaidAndTheOthersGoOn() {
    var pipeline = onePhase((text, _) -> Outcome.next(text));
    rig.create(pipeline, 1);
    var settings = new java.util.HashMap<>(rig.client());
    settings.putAll(Map.of("compression.type", "gzip", "max.request.size", 8 << 20));
    var bytes = new org.apache.kafka.common.serialization.ByteArraySerializer();
    try (var producer =
        new org.apache.kafka.clients.producer.KafkaProducer<>(settings, bytes, bytes)) {
      Rig.answer(producer.send(new ProducerRecord<>(only(), new byte[3 << 20])));
    }
    var worker = rig.start(pipeline);
    var said = new AtomicReference<>("");
    Wait.until(
        "the phase says what is wrong",
        said::get,
        () -> {
          said.set(Rig.status(worker, "only").condition());
          return said.get().contains("can't be written and is kept");
        });
    assertThat(said.get())
        .contains(
            "dead letter of partition 0, offset 0",
            "output for " + rig.topics().dead("f") + " has",
            "raise the topic's max.message.bytes");
    submit("fine");
    assertThat(TopicView.ids(rig.done(pipeline).await(1))).containsExactly("fine");
    assertThat(worker.failure()).isEmpty();
  }

  @Test
  void anOutputThatIsTooBigOnlyWithItsKeyAndHeadersIsTheItemsFailureAndPoisonsNoTransaction() {
    var pipeline =
        Pipeline.named("f")
            .phase("only", Codec.text(), (text, _) -> Outcome.next(text), FailuresTest::quick)
            .phase(
                "keyed",
                Codec.text(),
                (text, _) -> Outcome.done(text),
                text -> text.equals("fat") ? "k".repeat(2 << 20) : text,
                FailuresTest::quick)
            .result(Codec.text())
            .build();
    rig.create(pipeline, 1);
    submit("fat", "fine");
    var worker = rig.start(pipeline);
    assertThat(TopicView.ids(rig.done(pipeline).await(1))).containsExactly("fine");
    var letter = rig.dead(pipeline).await(1).getFirst();
    assertThat(TopicView.kind(letter)).isEqualTo("too_big");
    assertThat(TopicView.reason(letter)).contains("with key and headers, the topic takes 1048588");
    assertThat(Rig.status(worker, "only").aborts()).isZero();
  }
}
