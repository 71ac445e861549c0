package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.FailureOptions;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.RetryPolicy;
import dev.phaseline.testkit.PipelineDriver;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// One table of outcomes, throws, codecs and key functions, given to the test kit and to a worker
/// on a real broker: both must make the same of each line, and none may take more than its own
/// item.
final class MeaningTest extends BrokerTest {
  private static final List<String> HANDLERS =
      List.of(
          "h:null",
          "h:next null",
          "h:to null",
          "h:to nowhere",
          "h:fan null",
          "h:fan nowhere",
          "h:fan null value",
          "h:dead null",
          "h:dead blank",
          "h:dead",
          "h:retry null",
          "h:retry null delay",
          "h:suspend null",
          "h:negative",
          "h:wrong type",
          "h:not an outcome",
          "h:no message",
          "h:message throws",
          "h:message null",
          "h:to string throws",
          "h:cause throws",
          "h:stack null",
          "h:error",
          "h:missing class",
          "h:initializer",
          "h:undeclared",
          "h:deep",
          "h:rule",
          "h:rule wrapped",
          "h:rule wrapped twice",
          "h:payload wrapped",
          "h:down",
          "h:down wrapped",
          "h:context",
          "h:half",
          "h:fine");

  /// What a codec or a key function does, by the payload.
  private static final List<String> BREAKS =
      List.of(
          "throws",
          "missing class",
          "initializer",
          "assertion",
          "undeclared",
          "deep",
          "null",
          "payload",
          "payload wrapped",
          "down",
          "down wrapped",
          "message throws",
          "cast",
          "half");

  private static final List<String> WHERE = List.of("encode", "decode", "key", "result");

  private final Set<String> once = ConcurrentHashMap.newKeySet();

  /// Something that any exception may do.
  private static final class Odd extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String what;

    Odd(String what) {
      super("odd", null);
      this.what = what;
    }

    private static IllegalStateException gone() {
      return new IllegalStateException("the connection is closed");
    }

    @Override
    public String getMessage() {
      if (what.equals("message throws")) throw gone();
      return what.equals("message null") ? nothing() : "odd";
    }

    @Override
    public String toString() {
      if (what.equals("to string throws")) throw gone();
      return what.equals("message null") ? nothing() : "odd";
    }

    @Override
    public synchronized Throwable getCause() {
      if (what.equals("cause throws")) throw gone();
      return MeaningTest.nothing();
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      return what.equals("stack null") ? nothing() : super.getStackTrace();
    }
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // others' code does this
  private static <T> T nothing() {
    return null;
  }

  @SuppressWarnings("unchecked") // how other JVM languages throw what they don't declare
  private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }

  private static int deep(int n) {
    return n == 0 ? 0 : 1 + deep(n + 1);
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as where types are erased
  private static <T> T cast(Object value) {
    return (T) value;
  }

  private boolean isFirst(String what) {
    return once.add(what);
  }

  private Outcome<String> handle(String text, PhaseContext context) throws Exception {
    var wait = Duration.ofMillis(1);
    return switch (text) {
      case "h:null" -> nothing();
      case "h:next null" -> Outcome.next(nothing());
      case "h:to null" -> Outcome.to(MeaningTest.<String>nothing(), text);
      case "h:to nowhere" -> Outcome.to("nowhere", text);
      case "h:fan null" -> Outcome.fanOut(MeaningTest.<String>nothing(), List.of("fan null"));
      case "h:fan nowhere" -> Outcome.fanOut("nowhere", List.of(text));
      case "h:fan null value" -> Outcome.fanOut(java.util.Arrays.asList("a", nothing()));
      case "h:dead null" -> Outcome.dead(nothing());
      case "h:dead blank" -> Outcome.dead(" ");
      case "h:dead" -> Outcome.dead("enough");
      case "h:retry null" -> Outcome.retryAfter(wait, nothing());
      case "h:retry null delay" -> Outcome.retryAfter(nothing(), "why");
      case "h:suspend null" ->
          isFirst(text) ? Outcome.suspend(wait, nothing()) : Outcome.next(text);
      case "h:negative" -> Outcome.retryAfter(Duration.ofMillis(-1), "why");
      case "h:wrong type" -> cast(Outcome.next(List.of(1)));
      case "h:not an outcome" -> cast("an outcome");
      case "h:no message" -> throw new java.util.concurrent.TimeoutException();
      case "h:error" -> throw new AssertionError("odd");
      case "h:missing class" -> throw new NoClassDefFoundError("acme/Missing");
      case "h:initializer" -> throw new ExceptionInInitializerError("no settings");
      case "h:undeclared" -> throw sneaky(new IOException("disk"));
      case "h:deep" -> Outcome.next("" + deep(1));
      case "h:rule" -> throw new SQLException("no table");
      case "h:rule wrapped" -> throw new ExecutionException(new SQLException("no table"));
      case "h:rule wrapped twice" ->
          throw new CompletionException(new ExecutionException(new SQLException("no table")));
      case "h:payload wrapped" -> throw new CompletionException(new PayloadException("no", null));
      case "h:down", "h:down wrapped" -> {
        if (!isFirst(text)) yield Outcome.next(text);
        var down = new DependencyDownException("away", null);
        throw text.equals("h:down") ? down : new CompletionException(down);
      }
      case "h:context" -> {
        context.progress(0.5, nothing());
        context.logger().log(System.Logger.Level.INFO, "{", 1);
        yield Outcome.next(text);
      }
      default -> {
        if (text.equals("h:half")) yield Outcome.next("half \uDE00");
        if (text.startsWith("h:") && !text.equals("h:fine")) throw new Odd(text.substring(2));
        yield Outcome.next(text);
      }
    };
  }

  /// Does what the payload says, if it is said of this place.
  private String broken(String where, String text) {
    if (!text.startsWith(where + ":")) return text;
    return switch (text.substring(where.length() + 1)) {
      case "throws" -> throw new IllegalStateException("a bug");
      case "missing class" -> throw new NoClassDefFoundError("acme/Missing");
      case "initializer" -> throw new ExceptionInInitializerError("no settings");
      case "assertion" -> throw new AssertionError("odd");
      case "undeclared" -> throw sneaky(new IOException("disk"));
      case "deep" -> "" + deep(1);
      case "null" -> nothing();
      case "payload" -> throw new PayloadException("not for here", null);
      case "payload wrapped" ->
          throw new CompletionException(new PayloadException("not for here", null));
      case "down" -> isFirst(text) ? away(new DependencyDownException("away", null)) : text;
      case "down wrapped" ->
          isFirst(text)
              ? away(new CompletionException(new DependencyDownException("away", null)))
              : text;
      case "message throws" -> throw new Odd("message throws");
      case "half" -> "half \uD83D";
      case "cast" -> cast(List.of(1));
      default -> throw new IllegalStateException(text);
    };
  }

  private static String away(RuntimeException thrown) {
    throw thrown;
  }

  private Codec<String> codec(String encode, String decode) {
    return new Codec<>() {
      @Override
      public byte[] encode(String topic, String value) {
        var text = broken(encode, value);
        return text == null ? MeaningTest.nothing() : Codec.text().encode(topic, text);
      }

      @Override
      public String decode(String topic, byte[] bytes) {
        return broken(decode, new String(bytes, UTF_8));
      }
    };
  }

  private static PhaseOptions quick(PhaseOptions options) {
    return options
        .withConcurrency(4)
        .withFailures(FailureOptions.DEFAULT.withOutage(FailureOptions.Outage.NEVER))
        .withRetry(
            RetryPolicy.DEFAULT
                .withAttemptsMax(2)
                .withDelays(Duration.ofMillis(1), Duration.ofMillis(5))
                .on(SQLException.class, RetryPolicy.Judgement.DEAD));
  }

  private Pipeline pipeline() {
    return Pipeline.named("m")
        .phase("first", Codec.text(), this::handle, MeaningTest::quick)
        .phase(
            "second",
            codec("encode", "decode"),
            (text, context) ->
                Outcome.next(
                    text.startsWith("result:")
                        ? text
                        : text + " by " + context.key().orElse("no key")),
            text -> broken("key", text),
            MeaningTest::quick)
        .result(codec("result", "nowhere"))
        .build();
  }

  private static List<String> table() {
    var all = new java.util.ArrayList<>(HANDLERS);
    for (var where : WHERE) for (var breaks : BREAKS) all.add(where + ":" + breaks);
    return all;
  }

  /// What the test kit makes of each.
  private Map<String, String> inTheKit() {
    var ends = new TreeMap<String, String>();
    var driver = PipelineDriver.of(pipeline());
    for (var line : table()) driver.submit(line, "k-" + line, line);
    driver.runToTheEnd(Duration.ofHours(1));
    for (var done : driver.done()) {
      ends.put(done.jobId(), "done: " + done.result().orElse("nothing"));
    }
    for (var dead : driver.dead()) {
      var kind = dead.kind().name().toLowerCase(Locale.ROOT);
      ends.put(dead.jobId(), kind + ": " + dead.reason());
    }
    return ends;
  }

  /// What a worker makes of each.
  private Map<String, String> inAWorker() {
    once.clear();
    var ends = new TreeMap<String, String>();
    var pipeline = pipeline();
    rig.create(pipeline, 1);
    for (var line : table()) {
      rig.send(Rig.job(rig.topics().phase("m", "first"), line, "k-" + line, line));
    }
    var worker = rig.start(pipeline);
    var done = rig.done(pipeline);
    var dead = rig.dead(pipeline);
    Wait.until(
        "each has its end",
        () -> {
          assertThat(worker.failure()).isEmpty();
          assertThat(worker.status()).hasSize(2);
          return done.read().size() + dead.read().size() >= table().size();
        });
    worker.close();
    assertThat(worker.status()).allSatisfy(phase -> assertThat(phase.timedOut()).isZero());
    for (var record : done.read()) {
      ends.put(TopicView.item(record).jobId(), "done: " + TopicView.value(record));
    }
    for (var letter : dead.read()) {
      ends.put(
          TopicView.item(letter).jobId(), TopicView.kind(letter) + ": " + TopicView.reason(letter));
    }
    return ends;
  }

  /// The end of each in all its words, but for what names topics and places.
  private static Map<String, String> alike(Map<String, String> ends) {
    var alike = new TreeMap<>(ends);
    alike.replaceAll((_, end) -> end.startsWith("bad_outcome: ") ? "bad_outcome" : end);
    return alike;
  }

  @Test
  void theTestKitAndAWorkerMakeTheSameOfEachOutcomeThrowCodecAndKey() {
    var kit = inTheKit();
    var worker = inAWorker();

    assertThat(worker).hasSize(table().size());
    assertThat(alike(worker)).isEqualTo(alike(kit));
    assertThat(worker)
        .containsEntry("h:dead null", "rejected: no reason given")
        .containsEntry("h:retry null", "failed: no reason given")
        .containsEntry("h:fine", "done: h:fine by h:fine")
        .containsEntry("key:null", "done: key:null by no key")
        .containsEntry("h:down wrapped", "done: h:down wrapped by h:down wrapped")
        .containsEntry("decode:down wrapped", "done: decode:down wrapped by decode:down wrapped");
    assertThat(worker.get("h:to null")).startsWith("bad_outcome: the handler chose no phase");
    assertThat(worker.get("h:rule wrapped twice")).startsWith("failed: failure is final by rule");
    assertThat(worker.get("decode:missing class"))
        .startsWith("undecodable: ")
        .contains("NoClassDefFoundError", "acme/Missing");
    assertThat(worker.get("result:initializer"))
        .startsWith("bad_outcome: ")
        .contains("ExceptionInInitializerError");
  }

  private final Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
  private final Set<String> overlapped = ConcurrentHashMap.newKeySet();

  /// A pipeline whose first phase takes its key from the payload: what stands before the dash.
  private Pipeline keyedAtFirst() {
    return Pipeline.named("k")
        .phase(
            "first",
            Codec.text(),
            (text, context) -> {
              var key = context.key().orElse("none");
              var now = running.computeIfAbsent(key, _ -> new AtomicInteger());
              if (now.incrementAndGet() > 1 && !key.equals("none")) overlapped.add(key);
              LockSupport.parkNanos(200_000); // so that another one could come in between
              now.decrementAndGet();
              return Outcome.next(text + " by " + key);
            },
            text ->
                switch (text.substring(0, text.indexOf('-'))) {
                  case "none" -> MeaningTest.<String>nothing();
                  case "throws" -> throw new NoClassDefFoundError("acme/Key");
                  case "half" -> "half \uD83D";
                  case String key -> key;
                },
            MeaningTest::quick)
        .result(Codec.text())
        .build();
  }

  @Test
  void theKeyOfAFirstPhaseHoldsWhateverKeyIsSubmitted() {
    var payloads = new java.util.ArrayList<String>(List.of("throws-1", "half-1", "none-1"));
    for (var i = 0; i < 60; i++) payloads.add("abc".charAt(i % 3) + "-" + i);
    var submitted = new java.util.HashMap<String, @Nullable String>();
    for (var payload : payloads) {
      var which = payloads.indexOf(payload) % 3;
      submitted.put(payload, which == 0 ? null : which == 1 ? "another" : payload.substring(0, 1));
    }
    var kit = new TreeMap<String, String>();
    var driver = PipelineDriver.of(keyedAtFirst());
    for (var payload : payloads) {
      var job = dev.phaseline.testkit.Submission.of(payload, payload);
      var key = submitted.get(payload);
      driver.submit(key == null ? job : job.withKey(key));
    }
    driver.runToTheEnd(Duration.ofHours(1));
    for (var done : driver.done()) kit.put(done.jobId(), "" + done.result().orElse("nothing"));
    for (var dead : driver.dead()) kit.put(dead.jobId(), dead.kind() + ": " + dead.reason());

    var worker = new TreeMap<String, String>();
    var pipeline = keyedAtFirst();
    rig.create(pipeline, 4);
    for (var payload : payloads) {
      var key = submitted.get(payload);
      rig.send(Rig.job(rig.topics().phase("k", "first"), payload, key, payload));
    }
    rig.start(pipeline);
    for (var record : rig.done(pipeline).await(61)) {
      worker.put(TopicView.item(record).jobId(), TopicView.value(record));
    }
    for (var letter : rig.dead(pipeline).await(2)) {
      var kind = TopicView.kind(letter).toUpperCase(Locale.ROOT);
      worker.put(TopicView.item(letter).jobId(), kind + ": " + TopicView.reason(letter));
    }

    assertThat(worker).isEqualTo(kit);
    assertThat(worker)
        .hasSize(payloads.size())
        .containsEntry("none-1", "none-1 by none")
        .containsEntry("a-0", "a-0 by a")
        .containsEntry("c-59", "c-59 by c");
    assertThat(worker.get("throws-1")).startsWith("UNDECODABLE: ").contains("acme/Key");
    assertThat(overlapped).isEmpty();
  }
}
