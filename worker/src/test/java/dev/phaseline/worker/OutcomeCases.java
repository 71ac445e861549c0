package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.FailureOptions;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.RetryPolicy;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The cases of the outcome contract, and the pipeline that plays them: each outcome, throw, codec,
/// key function and limit is the item of one job, whose payload names it. For one run; handlers may
/// run on any thread.
final class OutcomeCases {
  /// Played by the handler of the first phase; those of `s:` by the second.
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
          "h:fine",
          "x:retry once",
          "x:throw once",
          "x:retry beyond budget",
          "x:rule suspends",
          "x:done",
          "x:done with result",
          "x:done wrong type",
          "x:done too big",
          "x:next at limit",
          "x:next too big",
          "x:to self",
          "x:to second",
          "x:to wrong type",
          "x:fan none",
          "x:fan two",
          "x:fan to self",
          "x:fan most",
          "x:fan too many",
          "x:fan bytes",
          "x:fan too many bytes",
          "x:fan wrong type",
          "x:fan child too big",
          "s:throws",
          "s:retries",
          "s:dead");

  /// Played by a codec or a key function.
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

  private static final int PAYLOAD_BYTES_MAX = 2_000;

  /// A job.
  ///
  /// @param id its id
  /// @param payload its payload, not changed
  /// @param key its ordering key; null for none
  /// @param deadline from now; null for none
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Job(String id, byte[] payload, @Nullable String key, @Nullable Duration deadline) {
    private Job(String line) {
      this(line, line.getBytes(UTF_8), "k-" + line, null);
    }
  }

  private final Set<String> once = ConcurrentHashMap.newKeySet();
  private final Map<String, List<String>> runs = new ConcurrentHashMap<>();

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
      return OutcomeCases.nothing();
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

  /// All jobs, each of which ends as one item or several.
  static List<Job> jobs() {
    var all = new ArrayList<Job>();
    for (var line : HANDLERS) all.add(new Job(line));
    for (var where : WHERE) for (var breaks : BREAKS) all.add(new Job(where + ":" + breaks));
    var retries = "x:retry in 20 minutes".getBytes(UTF_8);
    all.add(new Job("no key", "h:fine".getBytes(UTF_8), null, null));
    all.add(new Job("deadline far", "h:fine".getBytes(UTF_8), "k", Duration.ofDays(1)));
    all.add(new Job("deadline passed", "h:fine".getBytes(UTF_8), "k", Duration.ofHours(-1)));
    all.add(new Job("deadline before retry", retries, "k", Duration.ofMinutes(10)));
    all.add(new Job("payload at limit", bytes(PAYLOAD_BYTES_MAX), "k", null));
    all.add(new Job("payload too big", bytes(PAYLOAD_BYTES_MAX + 1), "k", null));
    all.add(new Job("payload not text", new byte[] {(byte) 0xff}, "k", null));
    return all;
  }

  private static byte[] bytes(int count) {
    return "z".repeat(count).getBytes(UTF_8);
  }

  /// The attempts at an item, by the numbers that its handlers got, in order: `first#1 first#2
  /// second#1`.
  String runsOf(String item) {
    return String.join(" ", runs.getOrDefault(item, List.of()));
  }

  private void ran(PhaseContext context) {
    runs.computeIfAbsent(context.itemId(), _ -> Collections.synchronizedList(new ArrayList<>()))
        .add(context.phase() + "#" + context.attempt());
  }

  private boolean isFirst(String text) {
    return once.add(text);
  }

  private Outcome<String> first(String text, PhaseContext context) throws Exception {
    ran(context);
    return handle(text, context);
  }

  private Outcome<String> second(String text, PhaseContext context) {
    ran(context);
    if (text.length() > 1_000) return Outcome.done();
    return switch (text) {
      case "s:throws" -> throw new IllegalStateException("second " + context.attempt());
      case "s:retries" -> Outcome.retryAfter(Duration.ofMillis(1), "not " + context.attempt());
      case "s:dead" -> Outcome.dead("at the second");
      default ->
          Outcome.next(
              text.startsWith("result:") ? text : text + " by " + context.key().orElse("no key"));
    };
  }

  private Outcome<String> handle(String text, PhaseContext context) throws Exception {
    if (text.startsWith("x:")) return extra(text, context);
    var wait = Duration.ofMillis(1);
    return switch (text) {
      case "h:null" -> nothing();
      case "h:next null" -> Outcome.next(nothing());
      case "h:to null" -> Outcome.to(OutcomeCases.<String>nothing(), text);
      case "h:to nowhere" -> Outcome.to("nowhere", text);
      case "h:fan null" -> Outcome.fanOut(OutcomeCases.<String>nothing(), List.of("fan null"));
      case "h:fan nowhere" -> Outcome.fanOut("nowhere", List.of(text));
      case "h:fan null value" -> Outcome.fanOut(Arrays.asList("a", nothing()));
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
      case "h:no message" -> throw new TimeoutException();
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

  private Outcome<String> extra(String text, PhaseContext context) throws Exception {
    var large = "y".repeat(PAYLOAD_BYTES_MAX + 1);
    var child = "c".repeat(300);
    return switch (text) {
      case "x:retry once" ->
          context.attempt() > 1
              ? Outcome.next(text)
              : Outcome.retryAfter(Duration.ofMillis(1), "not yet");
      case "x:throw once" -> {
        if (context.attempt() == 1) throw new IllegalStateException("not yet");
        yield Outcome.next(text);
      }
      case "x:retry in 20 minutes" -> Outcome.retryAfter(Duration.ofMinutes(20), "later");
      case "x:retry beyond budget" -> Outcome.retryAfter(Duration.ofHours(1), "later");
      case "x:rule suspends" -> {
        if (isFirst(text)) throw new FileNotFoundException("not mounted");
        yield Outcome.next(text);
      }
      case "x:done" -> Outcome.done();
      case "x:done with result" -> Outcome.done("a result");
      case "x:done wrong type" -> Outcome.done(List.of(1));
      case "x:done too big" -> Outcome.done(large);
      case "x:next at limit" -> Outcome.next(large.substring(1));
      case "x:next too big" -> Outcome.next(large);
      case "x:to self" -> Outcome.to("first", "x:done");
      case "x:to second" -> Outcome.to("second", text);
      case "x:to wrong type" -> Outcome.to("second", 42);
      case "x:fan none" -> Outcome.fanOut(List.of());
      case "x:fan two" -> Outcome.fanOut(List.of("a", "b"));
      case "x:fan to self" -> Outcome.fanOut("first", List.of("x:done"));
      case "x:fan most" -> Outcome.fanOut(List.of("a", "b", "c", "d", "e"));
      case "x:fan too many" -> Outcome.fanOut(List.of("a", "b", "c", "d", "e", "f"));
      case "x:fan bytes" -> Outcome.fanOut(List.of(child, child, child));
      case "x:fan too many bytes" -> Outcome.fanOut(List.of(child, child, child, child, child));
      case "x:fan wrong type" -> cast(Outcome.fanOut("second", List.of("a", 42)));
      case "x:fan child too big" -> Outcome.fanOut(List.of("a", large));
      default -> throw new IllegalArgumentException(text);
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
        return text == null ? OutcomeCases.nothing() : Codec.text().encode(topic, text);
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
        .withLimits(new PhaseOptions.Limits(PAYLOAD_BYTES_MAX, 5, 3_000, 8_000, 64L << 20))
        .withFailures(FailureOptions.DEFAULT.withOutage(FailureOptions.Outage.NEVER))
        .withRetry(
            RetryPolicy.DEFAULT
                .withAttemptsMax(2)
                .withDelays(Duration.ofMillis(1), Duration.ofMillis(5))
                .withTotalMax(Duration.ofMinutes(30))
                .on(SQLException.class, RetryPolicy.Judgement.DEAD)
                .on(FileNotFoundException.class, RetryPolicy.Judgement.SUSPEND));
  }

  /// The pipeline that plays them.
  Pipeline pipeline() {
    return Pipeline.named("m")
        .phase("first", Codec.text(), this::first, OutcomeCases::quick)
        .phase(
            "second",
            codec("encode", "decode"),
            this::second,
            text -> broken("key", text),
            OutcomeCases::quick)
        .result(codec("result", "nowhere"))
        .build();
  }
}
