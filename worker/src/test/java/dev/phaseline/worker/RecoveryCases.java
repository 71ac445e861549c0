package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.FailureOptions;
import dev.phaseline.core.ItemFailure;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.PhaseRef;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// The cases of the recovery contract, and the pipeline that plays them: each answer of a failure
/// handler and each end of a compensation is one job, whose payload names it. Three phases,
/// `reserve`, `charge` and `ship`; the first two have a compensation, the last one has a failure
/// handler of its own, and the pipeline has one. For one run; code may run on any thread.
final class RecoveryCases {
  private static final PhaseRef<String> RESERVE = PhaseRef.of("reserve", Codec.text());
  private static final PhaseRef<String> CHARGE = PhaseRef.of("charge", Codec.text());
  private static final PhaseRef<String> SHIP = PhaseRef.of("ship", shipped());

  /// The jobs, each of which ends as one item or several. What stands before the colon fails, what
  /// stands behind it is what the failure handler answers, or how a compensation ends.
  static final List<String> JOBS =
      List.of(
          "none: fine",
          "throws: compensate",
          "dead: compensate",
          "asks: compensate",
          "final: compensate",
          "undecodable: compensate",
          "itself: compensates",
          "throws: to reserve",
          "throws: to ship",
          "throws: to nowhere",
          "throws: to wrong type",
          "throws: next",
          "throws: done",
          "throws: fan out",
          "throws: dead",
          "throws: the same dead",
          "dead: dead",
          "throws: retries",
          "throws: null",
          "throws: throws",
          "throws: suspends",
          "throws: is down",
          "throws: undo charge throws",
          "throws: undo charge throws once",
          "throws: undo charge is dead",
          "throws: undo charge is next",
          "throws: undo charge is null",
          "throws: undo charge suspends",
          "throws: undo charge retries",
          "throws: undo charge is refused",
          "throws: undo reserve throws",
          "reserve dead: done",
          "reserve dead: compensate",
          "reserve fans out: compensate",
          "too late: compensate");

  private final Set<String> once = ConcurrentHashMap.newKeySet();
  private final Map<String, List<String>> runs = new ConcurrentHashMap<>();

  /// How long before its deadline a job is submitted; negative when that has passed.
  static Duration deadline(String job) {
    return job.startsWith("too late") ? Duration.ofHours(-1) : Duration.ofDays(1);
  }

  /// The calls of the pipeline's code for an item, in order: `reserve#1 charge#1 ship#1`.
  String runsOf(String item) {
    return String.join(" ", runs.getOrDefault(item, List.of()));
  }

  private void ran(String what, PhaseContext context) {
    runs.computeIfAbsent(context.itemId(), _ -> Collections.synchronizedList(new ArrayList<>()))
        .add(what + "#" + context.attempt());
  }

  private boolean isFirst(String text) {
    return once.add(text);
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // others' code does this
  private static <T> T nothing() {
    return null;
  }

  private static Codec<String> shipped() {
    return new Codec<>() {
      @Override
      public byte[] encode(String topic, String value) {
        return value.getBytes(UTF_8);
      }

      @Override
      public String decode(String topic, byte[] bytes) {
        var text = new String(bytes, UTF_8);
        if (text.startsWith("undecodable")) throw new PayloadException("no parcel", null);
        return text;
      }
    };
  }

  private Outcome<String> reserve(String text, PhaseContext context) {
    ran("reserve", context);
    if (text.startsWith("reserve dead")) return Outcome.dead("no place");
    if (text.startsWith("reserve fans out")) {
      return Outcome.fanOut(List.of("throws: compensate", "none: fine"));
    }
    return Outcome.next(text);
  }

  private Outcome<String> charge(String text, PhaseContext context) {
    ran("charge", context);
    return Outcome.next(text);
  }

  private Outcome<String> ship(String text, PhaseContext context) {
    ran("ship", context);
    return switch (text.substring(0, text.indexOf(':'))) {
      case "throws" -> throw new IllegalStateException("no courier " + context.attempt());
      case "asks" -> Outcome.retryAfter(Duration.ofMillis(1), "not yet " + context.attempt());
      case "dead" -> Outcome.dead("no address");
      case "final" -> throw new PayloadException("no such address", null);
      case "itself" -> Outcome.compensate("no address");
      default -> Outcome.next(text);
    };
  }

  private Outcome<?> shipFailed(ItemFailure<String> failure, PhaseContext context) {
    var seen =
        failure.history().stream()
            .map(one -> one.attempt() + " " + one.message())
            .collect(Collectors.joining(", "));
    ran("failure " + failure.kind() + " " + failure.reroutes() + " [" + seen + "]", context);
    var text = failure.payload().map(String::valueOf).orElse("undecodable: compensate");
    var answer = text.substring(text.indexOf(':') + 2);
    if (answer.startsWith("undo")) return Outcome.compensate("no courier");
    return switch (answer) {
      case "compensate" -> Outcome.compensate(failure.reason());
      case "to reserve" -> Outcome.to(RESERVE, "none: from reserve");
      case "to ship" -> Outcome.to(SHIP, "throws: done");
      case "to nowhere" -> Outcome.to("nowhere", text);
      case "to wrong type" -> Outcome.to("charge", 42);
      case "next" -> Outcome.next("without a courier");
      case "done" -> Outcome.done("not shipped");
      case "fan out" -> Outcome.fanOut("ship", List.of("none: a", "none: b"));
      case "dead" -> Outcome.dead("hopeless");
      case "the same dead" -> Outcome.dead(failure.reason());
      case "retries" -> Outcome.retryAfter(Duration.ZERO, "once more");
      case "null" -> nothing();
      case "throws" -> throw new IllegalStateException("no idea");
      case "suspends" ->
          isFirst(text) ? Outcome.suspend(Duration.ofMillis(1), "wait") : Outcome.done("waited");
      case "is down" -> {
        if (isFirst(text)) throw new DependencyDownException("away", null);
        yield Outcome.done("was down");
      }
      default -> throw new IllegalArgumentException(text);
    };
  }

  private Outcome<?> failed(ItemFailure<Object> failure, PhaseContext context) {
    ran("failure of " + context.phase() + " " + failure.kind(), context);
    return String.valueOf(failure.payload().map(Object::toString).orElse("")).endsWith("done")
        ? Outcome.done("decided by the pipeline's")
        : Outcome.compensate("by the pipeline's");
  }

  private Outcome<Object> undo(String phase, String text, PhaseContext context) {
    ran("undo " + phase, context);
    var place = text.indexOf("undo " + phase);
    if (place < 0) return Outcome.done();
    return switch (text.substring(place + phase.length() + 6)) {
      case "throws" -> throw new IllegalStateException("bank " + context.attempt());
      case "throws once" -> {
        if (context.attempt() == 1) throw new IllegalStateException("bank");
        yield Outcome.done();
      }
      case "is dead" -> Outcome.dead("no account");
      case "is next" -> Outcome.next("on");
      case "is null" -> nothing();
      case "suspends" ->
          isFirst("undo " + text) ? Outcome.suspend(Duration.ofMillis(1), "wait") : Outcome.done();
      case "retries" ->
          context.attempt() == 1
              ? Outcome.retryAfter(Duration.ofMillis(1), "not yet")
              : Outcome.done();
      case "is refused" -> throw new PayloadException("no money", null);
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static PhaseOptions quick(PhaseOptions options) {
    return options
        .withConcurrency(4)
        .withFailures(FailureOptions.DEFAULT.withOutage(FailureOptions.Outage.NEVER))
        .withRetry(
            RetryPolicy.DEFAULT
                .withAttemptsMax(2)
                .withDelays(Duration.ofMillis(1), Duration.ofMillis(5)));
  }

  /// The pipeline that plays them.
  Pipeline pipeline() {
    return Pipeline.named("r")
        .phase(RESERVE.name(), RESERVE.input(), this::reserve, RecoveryCases::quick)
        .phase(CHARGE.name(), CHARGE.input(), this::charge, RecoveryCases::quick)
        .phase(SHIP.name(), SHIP.input(), this::ship, RecoveryCases::quick)
        .result(Codec.text())
        .compensate(RESERVE, (text, context) -> undo("reserve", text, context))
        .compensate(CHARGE, (text, context) -> undo("charge", text, context))
        .onFailure(SHIP, this::shipFailed)
        .onFailure(this::failed)
        .build();
  }
}
