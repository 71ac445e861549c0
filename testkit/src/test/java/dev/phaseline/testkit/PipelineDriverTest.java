package dev.phaseline.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DeadKind;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.FailureOptions;
import dev.phaseline.core.Ordering;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.PhaseHandler;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class PipelineDriverTest {
  private static final RetryPolicy THREE_FROM_ONE_SECOND =
      RetryPolicy.DEFAULT
          .withAttemptsMax(3)
          .withDelays(Duration.ofSeconds(1), Duration.ofSeconds(10));

  private final List<String> seen = new ArrayList<>();

  @Test
  void valueGoesThroughAllPhasesAndComesOutAsTheResult() {
    var driver =
        PipelineDriver.of(
            Pipeline.named("hello")
                .phase("greet", Codec.text(), (name, _) -> Outcome.next("Hello, " + name))
                .phase("sign", Codec.text(), (line, _) -> Outcome.next(line + "!"))
                .result(Codec.text())
                .build());

    driver.submit("job-1", "Ada");
    driver.runUntilIdle();

    assertThat(driver.forwarded("sign"))
        .containsExactly(new ForwardedItem("sign", "job-1", "/", Optional.empty(), "Hello, Ada"));
    assertThat(driver.done())
        .containsExactly(new DoneItem("sign", "job-1", "/", 1, Optional.of("Hello, Ada!")));
    assertThat(driver.pending()).isEmpty();
    assertThat(driver.dead()).isEmpty();
  }

  @Test
  void throwWaitsForTheBackoffAndSpendsAnAttempt() {
    var driver =
        oneText(
            (text, context) -> {
              seen.add(text + context.attempt());
              if (context.attempt() < 3) throw new IllegalStateException("not yet");
              return Outcome.done();
            },
            options -> options.withRetry(THREE_FROM_ONE_SECOND));
    driver.submit("job-1", "x");

    driver.runUntilIdle();
    assertThat(seen).containsExactly("x1");
    assertThat(driver.pending())
        .containsExactly(
            new PendingItem("only", "job-1", "/", 2, driver.clock().instant().plusMillis(750)));

    driver.advance(Duration.ofMillis(749));
    assertThat(seen).as("a millisecond too early").containsExactly("x1");

    driver.advance(Duration.ofMillis(1));
    assertThat(seen).containsExactly("x1", "x2");

    driver.runToTheEnd(Duration.ofSeconds(2));
    assertThat(seen).containsExactly("x1", "x2", "x3");
    assertThat(driver.done()).extracting(DoneItem::attempts).containsExactly(3);
  }

  @Test
  void lastFailedAttemptEndsInADeadLetterWithItsHistory() {
    var driver =
        oneText(
            (_, context) -> {
              throw new IllegalStateException("no " + context.attempt());
            },
            options -> options.withRetry(THREE_FROM_ONE_SECOND));
    driver.submit("job-1", "x");
    driver.runToTheEnd(Duration.ofMinutes(1));

    var letter = driver.dead().getFirst();
    assertThat(letter.kind()).isEqualTo(DeadKind.FAILED);
    assertThat(letter.attempts()).isEqualTo(3);
    assertThat(letter.reason()).contains("attempt 3 of 3 failed").contains("no 3");
    assertThat(letter.history()).hasSize(3).first().asString().contains("no 1");
    assertThat(driver.attempts("only")).isEqualTo(3);
  }

  @Test
  void retryAfterWaitsAsLongAsItSaysAndSpendsAnAttempt() {
    var driver =
        oneText(
            (_, context) -> Outcome.retryAfter(Duration.ofHours(1), "later " + context.attempt()),
            options -> options.withRetry(THREE_FROM_ONE_SECOND));
    driver.submit("job-1", "x");
    driver.runUntilIdle();
    assertThat(driver.pending().getFirst().notBefore())
        .isEqualTo(driver.clock().instant().plus(Duration.ofHours(1)));

    driver.runToTheEnd(Duration.ofHours(2));
    assertThat(driver.dead().getFirst().reason()).contains("later 3");
  }

  @Test
  void suspendStopsTheWholePhaseSpendsNothingAndTriesTheSameItemFirst() {
    var down = new boolean[] {true};
    var driver =
        oneText(
            (text, context) -> {
              seen.add(text + context.attempt());
              return down[0] && text.equals("b")
                  ? Outcome.suspend(Duration.ofMinutes(5), "gateway is down")
                  : Outcome.done();
            },
            options -> options);
    for (var text : List.of("a", "b", "c")) driver.submit(text, text);

    driver.runUntilIdle();
    driver.advance(Duration.ofMinutes(4));
    assertThat(seen).containsExactly("a1", "b1");

    down[0] = false;
    driver.advance(Duration.ofMinutes(1));
    assertThat(seen).containsExactly("a1", "b1", "b1", "c1");
  }

  @Test
  void dependencyDownInAHandlerSuspends() {
    var driver =
        oneText(
            (text, context) -> {
              seen.add(text + context.attempt());
              throw new DependencyDownException("the database is away", null);
            },
            options -> options.withRetry(THREE_FROM_ONE_SECOND));
    driver.submit("job-1", "x");
    for (var i = 0; i < 10; i++) driver.advance(Duration.ofMinutes(1));

    assertThat(driver.dead()).isEmpty();
    assertThat(driver.pending()).extracting(PendingItem::attempt).containsExactly(1);
    assertThat(seen).hasSizeGreaterThan(5).containsOnly("x1");
  }

  @Test
  void itemsOfOneKeyWaitForTheFirstOthersPass() {
    var driver =
        oneText(
            (text, context) -> {
              seen.add(text);
              return text.equals("a1") && context.attempt() == 1
                  ? Outcome.retryAfter(Duration.ofSeconds(1), "once more")
                  : Outcome.done();
            },
            options -> options);
    driver.submit("j1", "a", "a1");
    driver.submit("j2", "a", "a2");
    driver.submit("j3", "b", "b1");
    driver.submit("j4", "none");

    driver.runUntilIdle();
    assertThat(seen).containsExactly("a1", "b1", "none");
    driver.advance(Duration.ofSeconds(1));
    assertThat(seen).containsExactly("a1", "b1", "none", "a1", "a2");
  }

  @Test
  void orderingSaysWhoWaitsForWhom() {
    for (var ordering : Ordering.values()) {
      seen.clear();
      var driver =
          oneText(
              (text, context) -> {
                seen.add(text);
                return text.equals("first") && context.attempt() == 1
                    ? Outcome.retryAfter(Duration.ofSeconds(1), "once more")
                    : Outcome.done();
              },
              options -> options.withOrdering(ordering));
      driver.submit("j1", "k", "first");
      driver.submit("j2", "k", "same");
      driver.submit("j3", "l", "other");
      driver.runUntilIdle();
      assertThat(seen)
          .as(ordering.toString())
          .containsExactlyElementsOf(
              switch (ordering) {
                case KEY -> List.of("first", "other");
                case UNORDERED -> List.of("first", "same", "other");
                case PARTITION -> List.of("first");
              });
    }
  }

  @Test
  void fanOutNamesItsChildrenByTheirPlace() {
    var driver =
        PipelineDriver.of(
            Pipeline.named("split")
                .phase("words", Codec.text(), (t, _) -> Outcome.fanOut(parts(t, " ")))
                .phase("letters", Codec.text(), (t, _) -> Outcome.fanOut(parts(t, "")))
                .phase("end", Codec.text(), (text, context) -> Outcome.done(context.itemId()))
                .result(Codec.text())
                .build());
    driver.submit("job", "ab c");
    driver.runUntilIdle();

    assertThat(driver.forwarded("letters"))
        .extracting(ForwardedItem::path, item -> item.key().orElse(""), ForwardedItem::value)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("/0", "job/0", "ab"),
            org.assertj.core.groups.Tuple.tuple("/1", "job/1", "c"));
    assertThat(driver.done())
        .extracting(item -> item.result().orElse(""))
        .containsExactly("job/0/0", "job/0/1", "job/1/0");
  }

  @Test
  void fanOutOfNothingIsDone() {
    var driver = oneText((_, _) -> Outcome.fanOut(List.of()), options -> options);
    driver.submit("job", "x");
    driver.runUntilIdle();
    assertThat(driver.done()).extracting(DoneItem::result).containsExactly(Optional.empty());
  }

  @Test
  void keyByGivesHandedOnValuesTheirKey() {
    var driver =
        PipelineDriver.of(
            Pipeline.named("keys")
                .phase("a", Codec.text(), (text, _) -> Outcome.next(text), t -> "a-" + t, o -> o)
                .phase("b", Codec.text(), (text, _) -> Outcome.next(text), t -> "b-" + t, o -> o)
                .phase("c", Codec.text(), (_, context) -> Outcome.done(context.key().orElse("")))
                .result(Codec.text())
                .build());
    driver.submit("job", "x");
    driver.runUntilIdle();
    assertThat(driver.forwarded())
        .extracting(item -> item.key().orElse(""))
        .containsExactly("b-x", "b-x");
  }

  @Test
  void toGoesBackToAnEarlierPhase() {
    var driver =
        PipelineDriver.of(
            Pipeline.named("loop")
                .phase("a", Codec.text(), (text, _) -> Outcome.next(text + "a"))
                .phase(
                    "b",
                    Codec.text(),
                    (text, _) ->
                        text.length() < 5 ? Outcome.to("a", text + "b") : Outcome.done(text))
                .result(Codec.text())
                .build());
    driver.submit("job", "");
    driver.runUntilIdle();
    assertThat(driver.done()).extracting(DoneItem::result).containsExactly(Optional.of("ababa"));
  }

  @Test
  void answersThatCannotBeUsedAreTheItemsFailure() {
    var nothing = oneText((_, _) -> nothing(), options -> options);
    assertBad(nothing, "the handler returned null");
    assertBad(
        oneText((_, _) -> Outcome.to("nowhere", "x"), o -> o),
        "chose phase 'nowhere', but there are [only]");
    assertBad(oneText((_, _) -> Outcome.to("only", 42), o -> o), "is of the wrong type");
    assertBad(oneText((_, _) -> Outcome.fanOut(List.of("x")), o -> o), "last phase");
    assertBad(
        PipelineDriver.of(
            Pipeline.named("mute")
                .phase("only", Codec.text(), (text, _) -> Outcome.done(text))
                .build()),
        "declares no codec");
  }

  @Test
  void bytesThatAreNoPayloadAreDeadWithoutAnyHandler() {
    var driver =
        oneText(
            (text, _) -> {
              seen.add(text);
              return Outcome.done();
            },
            options -> options);
    driver.submitBytes("job", new byte[] {(byte) 0xff});
    driver.runUntilIdle();
    assertThat(driver.dead()).extracting(DeadLetter::kind).containsExactly(DeadKind.UNDECODABLE);
    assertThat(seen).isEmpty();
  }

  @Test
  void codecThatBreaksIsTheItemsFailure() {
    var broken =
        new Codec<String>() {
          @Override
          public byte[] encode(String topic, String value) {
            return Codec.text().encode(topic, value);
          }

          @Override
          public String decode(String topic, byte[] bytes) {
            throw new IllegalStateException("a bug");
          }
        };
    var driver =
        PipelineDriver.of(
            Pipeline.named("p").phase("only", broken, (_, _) -> Outcome.done()).build());
    driver.submit("job", "x");
    driver.runUntilIdle();
    assertThat(driver.dead().getFirst().kind()).isEqualTo(DeadKind.UNDECODABLE);
    assertThat(driver.dead().getFirst().reason()).contains("the codec failed", "a bug");
  }

  @Test
  void idempotencyKeyIsTheSameOverAttemptsAndNotForAnotherItem() {
    var context = TestContext.of("p", "only", "job");
    assertThat(context.withAttempt(2).idempotencyKey()).isEqualTo(context.idempotencyKey());
    assertThat(context.withPath("/1").idempotencyKey()).isNotEqualTo(context.idempotencyKey());
  }

  @Test
  void codecWhoseRegistryIsAwaySuspendsAndLosesNothing() {
    var down = new boolean[] {false};
    var codec =
        new Codec<String>() {
          @Override
          public byte[] encode(String topic, String value) {
            return Codec.text().encode(topic, value);
          }

          @Override
          public String decode(String topic, byte[] bytes) {
            if (down[0]) throw new DependencyDownException("registry is away", null);
            if (bytes.length == 0) throw new PayloadException("empty", null);
            return Codec.text().decode(topic, bytes);
          }
        };
    var driver =
        PipelineDriver.of(
            Pipeline.named("p").phase("only", codec, (_, _) -> Outcome.done()).build());
    driver.submit("job", "x");
    down[0] = true;
    driver.runUntilIdle();
    assertThat(driver.pending()).extracting(PendingItem::attempt).containsExactly(1);
    down[0] = false;
    driver.runToTheEnd(Duration.ofMinutes(1));
    assertThat(driver.done()).hasSize(1);
  }

  @Test
  void limitsHoldInAndOut() {
    var small = new PhaseOptions.Limits(4, 2, 650, 10, 10);
    PhaseHandler<String, String> split = (t, _) -> Outcome.fanOut(parts(t, ""));
    assertTooBig(split, small, "12345", "payload has 5 bytes, the limit is 4");
    assertTooBig((t, _) -> Outcome.next(t + t), small, "123", "has 6 bytes, the limit is 4");
    assertTooBig(split, small, "123", "fan-out has 3 children, the limit is 2");
    var tight = new PhaseOptions.Limits(4, 2, 500, 10, 10);
    PhaseHandler<String, String> twice = (t, _) -> Outcome.fanOut(List.of(t, t));
    assertTooBig(twice, tight, "1234", "fan-out has more than 500 bytes");
    assertThat(forwardedWith(twice, small)).as("headers are counted").hasSize(2);
  }

  @Test
  void itemWhoseDeadlineHasPassedIsNotStarted() {
    var driver =
        oneText(
            (text, context) -> {
              seen.add(text + context.tags() + context.deadline().isPresent());
              return Outcome.retryAfter(Duration.ofSeconds(10), "later");
            },
            options -> options);
    driver.submit(
        Submission.of("job", "x")
            .withDeadline(Instant.parse("2026-01-01T00:00:05Z"))
            .withTags(Map.of("tenant", "north")));
    driver.runToTheEnd(Duration.ofMinutes(1));
    assertThat(seen).containsExactly("x{tenant=north}true");
    assertThat(driver.dead()).extracting(DeadLetter::kind).containsExactly(DeadKind.EXPIRED);
  }

  @Test
  void sameSeedGivesTheSameBackoffs() {
    assertThat(backoffs(7)).isEqualTo(backoffs(7)).isNotEqualTo(backoffs(8));
  }

  @Test
  void somethingThatNeverEndsIsNamedNotWaitedFor() {
    var driver =
        oneText(
            (_, _) -> Outcome.suspend(Duration.ofMinutes(1), "never comes back"),
            options -> options);
    driver.submit("job-9", "x");
    assertThatThrownBy(() -> driver.runToTheEnd(Duration.ofHours(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("PT1H")
        .hasMessageContaining("job-9");
  }

  @Test
  void clockDoesNotGoBack() {
    var clock = ManualClock.at("2026-01-01T00:00:00Z");
    assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    clock.advance(Duration.ofDays(1));
    assertThat(clock.instant()).isEqualTo(Instant.parse("2026-01-02T00:00:00Z"));
  }

  @SuppressWarnings("NullAway") // what a careless handler returns, the very thing under test
  private static Outcome<String> nothing() {
    return null;
  }

  private static List<String> parts(String text, String separator) {
    return List.of(text.split(separator));
  }

  private List<Instant> backoffs(long seed) {
    var start = ManualClock.at("2026-01-01T00:00:00Z");
    var driver =
        PipelineDriver.of(
            Pipeline.named("p")
                .phase(
                    "only",
                    Codec.text(),
                    (_, _) -> {
                      throw new IllegalStateException("no");
                    })
                .build(),
            start,
            new Random(seed)::nextDouble);
    for (var i = 0; i < 5; i++) driver.submit("job-" + i, "x");
    driver.runUntilIdle();
    return driver.pending().stream().map(PendingItem::notBefore).toList();
  }

  private static PipelineDriver oneText(
      PhaseHandler<String, String> handler, UnaryOperator<PhaseOptions> options) {
    return PipelineDriver.of(
        Pipeline.named("p")
            .phase("only", Codec.text(), handler, options)
            .result(Codec.text())
            .build());
  }

  private static void assertBad(PipelineDriver driver, String reason) {
    driver.submit("job", "x");
    driver.runUntilIdle();
    var letter = driver.dead().getFirst();
    assertThat(letter.kind()).isEqualTo(DeadKind.BAD_OUTCOME);
    assertThat(letter.reason()).contains(reason);
    assertThat(letter.attempts()).as("no second attempt").isEqualTo(1);
  }

  private static List<ForwardedItem> forwardedWith(
      PhaseHandler<String, String> handler, PhaseOptions.Limits limits) {
    return limited(handler, limits, "1234").forwarded();
  }

  private static PipelineDriver limited(
      PhaseHandler<String, String> handler, PhaseOptions.Limits limits, String payload) {
    var driver =
        PipelineDriver.of(
            Pipeline.named("p")
                .phase("a", Codec.text(), handler, options -> options.withLimits(limits))
                .phase("b", Codec.text(), (_, _) -> Outcome.done())
                .build());
    driver.submit("job", payload);
    driver.runUntilIdle();
    return driver;
  }

  private static void assertTooBig(
      PhaseHandler<String, String> handler,
      PhaseOptions.Limits limits,
      String payload,
      String reason) {
    var driver = limited(handler, limits, payload);
    assertThat(driver.dead().getFirst().kind()).isEqualTo(DeadKind.TOO_BIG);
    assertThat(driver.dead().getFirst().reason()).contains(reason);
    assertThat(driver.pending()).as("none of the children").isEmpty();
  }

  @Test
  void theEndOfTheBudgetInPlaceIsWhatThePhaseSays() {
    var ends = new TreeMap<FailureOptions.AfterInPlace, List<String>>();
    for (var after : FailureOptions.AfterInPlace.values()) {
      seen.clear();
      var driver =
          oneText(
              (text, context) -> {
                seen.add(text + context.attempt());
                return text.equals("a") && context.attempt() == 1
                    ? Outcome.retryAfter(Duration.ofMinutes(2), "busy")
                    : Outcome.done();
              },
              options ->
                  options
                      .withRetry(RetryPolicy.DEFAULT.withInPlaceMax(Duration.ofMinutes(1)))
                      .withFailures(FailureOptions.DEFAULT.withAfterInPlace(after)));
      driver.submit("j1", "key", "a");
      driver.submit("j2", "key", "b");
      driver.runToTheEnd(Duration.ofHours(1));
      for (var dead : driver.dead()) seen.add(dead.kind() + ": " + dead.reason());
      ends.put(after, List.copyOf(seen));
    }
    assertThat(ends)
        .containsEntry(FailureOptions.AfterInPlace.PARK_KEY, List.of("a1", "a2", "b1"))
        .containsEntry(FailureOptions.AfterInPlace.GIVE_UP_ORDER, List.of("a1", "b1", "a2"))
        .containsEntry(
            FailureOptions.AfterInPlace.DEAD_LETTER,
            List.of("a1", "b1", "FAILED: its key was held back for the in-place budget of PT1M"));
  }

  @Test
  void noAttemptBeginsAfterTheTotalBudgetOrTheDeadline() {
    var driver =
        PipelineDriver.of(
            Pipeline.named("p")
                .phase(
                    "only",
                    Codec.text(),
                    (_, _) -> Outcome.retryAfter(Duration.ofMinutes(1), "busy"),
                    options ->
                        options.withRetry(RetryPolicy.DEFAULT.withTotalMax(Duration.ofMinutes(3))))
                .build());
    driver.submit("long", "x");
    driver.submit(
        Submission.of("short", "x").withDeadline(driver.clock().instant().plusSeconds(90)));
    driver.runToTheEnd(Duration.ofHours(1));

    assertThat(driver.dead()).extracting(DeadLetter::jobId).containsExactly("short", "long");
    assertThat(driver.dead()).extracting(DeadLetter::attempts).containsExactly(2, 4);
    assertThat(driver.dead().getFirst().kind()).isEqualTo(DeadKind.EXPIRED);
    assertThat(driver.dead().getLast().reason()).contains("total budget of PT3M");
    assertThat(driver.dead().getLast().history()).hasSize(4).last().asString().contains("busy");
  }
}
