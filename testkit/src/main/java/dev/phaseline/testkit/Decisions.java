package dev.phaseline.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.Phase;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.RetryPolicy.Verdict;
import dev.phaseline.core.engine.Thrown;
import dev.phaseline.core.engine.UserCode;
import dev.phaseline.testkit.DeadLetter.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/// Runs one attempt and says what follows, changing nothing: the one place that knows what
/// outcomes, throws and limits mean.
final class Decisions {
  /// A value that can't go on: the item's failure, with its kind.
  private static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;
    private final Kind kind;

    Unusable(Kind kind, String reason) {
      super(reason);
      this.kind = kind;
    }

    Step.Bury step() {
      return new Step.Bury(kind, String.valueOf(getMessage()));
    }
  }

  /// How long a phase waits after a codec could not reach its registry.
  private static final Duration CODEC_PAUSE = Duration.ofSeconds(1);

  /// What a record counts beside its value.
  private static final int RECORD_OVERHEAD_BYTES = 64;

  /// A child of a child of a child has a path that is longer each time; the worker's limit.
  private static final int PATH_CHARS_MAX = 400;

  private final Pipeline pipeline;
  private final DoubleSupplier jitter;

  Decisions(Pipeline pipeline, DoubleSupplier jitter) {
    this.pipeline = pipeline;
    this.jitter = jitter;
  }

  /// The name of a topic, as the codecs get to see it.
  String topic(String last) {
    return "test." + pipeline.name() + '.' + last;
  }

  /// One attempt.
  <I> Step attempt(Phase<I> phase, Item item, Instant now) {
    var deadline = item.job.deadline();
    if (deadline != null && now.isAfter(deadline)) {
      return new Step.Bury(Kind.EXPIRED, "the job's deadline " + deadline + " has passed");
    }
    try {
      checkSize(phase, "payload", item.value.length);
      var payload = decode(phase, item.value);
      if (item.submitted) {
        var _ = keyOf(Kind.UNDECODABLE, "the payload", phase, payload, item.key);
      }
      return handle(phase, item, payload, now);
    } catch (Unusable itemsFailure) {
      return itemsFailure.step();
    } catch (DependencyDownException aCodecSays) { // ours, made where a codec was called
      return new Step.Hold(CODEC_PAUSE);
    }
  }

  private <I> I decode(Phase<I> phase, byte[] bytes) throws Unusable {
    var topic = topic(phase.name());
    return switch (UserCode.call(() -> phase.input().decode(topic, bytes))) {
      case UserCode.Answer.Gave<I>(var payload) when payload != null -> payload;
      case UserCode.Answer.Gave<I> _ ->
          throw new Unusable(Kind.UNDECODABLE, "the codec made nothing of it");
      case UserCode.Answer.Threw<I>(var thrown) -> {
        var words = thrown.message();
        if (thrown.is(DependencyDownException.class)) {
          throw new DependencyDownException(words, null);
        }
        throw new Unusable(
            Kind.UNDECODABLE,
            thrown.is(PayloadException.class) ? words : "the codec failed: " + thrown.inWords());
      }
    };
  }

  private <I> Step handle(Phase<I> phase, Item item, I payload, Instant now) throws Unusable {
    var context = item.context(pipeline.name(), phase.name());
    UserCode.Answer<Outcome<?>> answer =
        UserCode.call(() -> phase.handler().handle(payload, context));
    return switch (answer) {
      case UserCode.Answer.Threw<Outcome<?>>(var thrown) -> judge(phase, item, thrown, now);
      case UserCode.Answer.Gave<Outcome<?>>(var outcome) -> {
        if (outcome == null) throw new Unusable(Kind.BAD_OUTCOME, "the handler returned null");
        yield perform(phase, item, outcome, now);
      }
    };
  }

  private Step perform(Phase<?> phase, Item item, Outcome<?> outcome, Instant now) throws Unusable {
    return switch (outcome) {
      case Outcome.Next<?>(var value) -> {
        var next = pipeline.after(phase.name());
        yield next.isPresent() ? forward(phase, item, next.get(), value) : finish(phase, value);
      }
      case Outcome.To<?>(var name, var value) -> forward(phase, item, target(name), value);
      case Outcome.FanOut<?>(var values, var name) -> fanOut(phase, item, values, name);
      case Outcome.Done<?>(var result) -> finish(phase, result);
      case Outcome.Dead<?>(var reason) -> new Step.Bury(Kind.REJECTED, reason);
      case Outcome.Suspend<?>(var delay, _) -> new Step.Hold(delay);
      case Outcome.RetryAfter<?>(var delay, var reason) -> retry(phase, item, delay, reason, now);
    };
  }

  private Step retry(Phase<?> phase, Item item, Duration delay, String reason, Instant now) {
    var policy = phase.options().retry();
    var verdict = policy.after(item.attempt, jitter.getAsDouble());
    if (verdict instanceof Verdict.GiveUp) return new Step.Bury(Kind.FAILED, reason);
    return follow(phase, item, new Verdict.RetryIn(delay), reason, now);
  }

  private Step judge(Phase<?> phase, Item item, Thrown thrown, Instant now) {
    var said = thrown.said().simpleError() + ": " + thrown.said().message();
    var policy = phase.options().retry();
    var judgement = policy.judge(thrown.classes());
    var verdict = policy.after(item.attempt, judgement, jitter.getAsDouble());
    return follow(phase, item, verdict, said, now);
  }

  private static Step follow(Phase<?> phase, Item item, Verdict verdict, String said, Instant now) {
    var first = item.firstStart == null ? now : item.firstStart;
    return switch (phase.options().retry().within(verdict, Duration.between(first, now))) {
      case Verdict.GiveUp(var why) -> new Step.Bury(Kind.FAILED, why + ": " + said);
      case Verdict.SuspendFor(var hold) -> new Step.Hold(hold);
      case Verdict.RetryIn(var delay) -> {
        var deadline = item.job.deadline();
        if (deadline != null && Duration.between(now, deadline).compareTo(delay) < 0) {
          yield new Step.Bury(
              Kind.EXPIRED,
              "the job's deadline comes before its next attempt, in " + delay + ": " + said);
        }
        yield new Step.TryAgain(delay, said);
      }
    };
  }

  /// The phase of this name. None is not the next one: a name that was looked up and not found
  /// would send the item somewhere else than its handler meant.
  private Phase<?> target(@Nullable String name) throws Unusable {
    var phase = name == null ? Optional.<Phase<?>>empty() : pipeline.find(name);
    if (phase.isPresent()) return phase.get();
    throw new Unusable(
        Kind.BAD_OUTCOME,
        name == null
            ? "the handler chose no phase, but there are " + pipeline.phaseNames()
            : "pipeline '"
                + pipeline.name()
                + "' has no phase '"
                + name
                + "'; it has "
                + pipeline.phaseNames());
  }

  private Step forward(Phase<?> from, Item item, Phase<?> to, @Nullable Object value)
      throws Unusable {
    return new Step.Forward(List.of(output(from, to, item.path, item.key, value)));
  }

  private Step fanOut(Phase<?> from, Item item, List<?> values, @Nullable String name)
      throws Unusable {
    if (values.isEmpty()) return new Step.Finish(null);
    var to = name == null ? pipeline.after(from.name()).orElse(null) : target(name);
    if (to == null) {
      throw new Unusable(Kind.BAD_OUTCOME, "a fan-out in the last phase names no phase");
    }
    var limits = from.options().limits();
    if (values.size() > limits.fanOutMax()) {
      throw new Unusable(
          Kind.TOO_BIG,
          "fan-out of " + values.size() + " items, at most " + limits.fanOutMax() + " are allowed");
    }
    var outputs = new ArrayList<Step.Output>(values.size());
    var bytes = 0L;
    for (var i = 0; i < values.size(); i++) {
      var path = item.childPath(i);
      if (path.length() > PATH_CHARS_MAX) {
        throw new Unusable(
            Kind.TOO_BIG,
            "a child's path has "
                + path.length()
                + " characters, at most "
                + PATH_CHARS_MAX
                + " are allowed");
      }
      var output = output(from, to, path, item.job.id() + path, values.get(i));
      bytes += RECORD_OVERHEAD_BYTES + output.value().length;
      outputs.add(output);
    }
    if (bytes > limits.fanOutBytesMax()) {
      throw new Unusable(
          Kind.TOO_BIG,
          "fan-out of " + bytes + " bytes, at most " + limits.fanOutBytesMax() + " are allowed");
    }
    return new Step.Forward(outputs);
  }

  private <I> Step.Output output(
      Phase<?> from, Phase<I> to, String path, @Nullable String key, @Nullable Object value)
      throws Unusable {
    var what = "the value for phase '" + to.name() + "'";
    if (value == null) throw new Unusable(Kind.BAD_OUTCOME, what + " is null");
    var bytes = encode(to.input(), to.name(), what, value);
    checkSize(from, "output", bytes.length);
    return new Step.Output(to.name(), path, keyOf(Kind.BAD_OUTCOME, what, to, value, key), bytes);
  }

  /// The key that an item has in its first phase, whatever it was submitted with: a worker sends it
  /// round once under the key of its payload. A key that can't be taken shows when the item runs.
  <I> @Nullable String keyOnArrival(Phase<I> phase, byte[] value, @Nullable String submitted) {
    if (phase.keyBy() == null) return submitted;
    try {
      var payload = decode(phase, value);
      return keyOf(Kind.UNDECODABLE, "the payload", phase, payload, submitted);
    } catch (Unusable | DependencyDownException shownLater) {
      return submitted;
    }
  }

  /// The key of a value that is handed to a phase; null when it has none.
  private static <I> @Nullable String keyOf(
      Kind wrong, String what, Phase<I> to, Object value, @Nullable String otherwise)
      throws Unusable {
    var keyBy = to.keyBy();
    if (keyBy == null) return otherwise;
    @SuppressWarnings("unchecked") // it was just encoded as one
    var typed = (I) value;
    return made(
        wrong,
        "the key of " + what,
        () -> {
          var key = keyBy.apply(typed);
          // by way of its bytes, as on a broker: what has none is refused
          return key == null ? null : new String(Codec.text().encode("", key), UTF_8);
        });
  }

  private Step finish(Phase<?> phase, @Nullable Object result) throws Unusable {
    if (result == null) return new Step.Finish(null);
    var codec = pipeline.result();
    if (codec.isEmpty()) {
      throw new Unusable(
          Kind.BAD_OUTCOME, "pipeline '" + pipeline.name() + "' has a result, but no result codec");
    }
    var bytes = encode(codec.get(), "done", "the result", result);
    checkSize(phase, "result", bytes.length);
    return new Step.Finish(bytes);
  }

  /// Encodes, or says why not.
  private <T> byte[] encode(Codec<T> codec, String last, String what, Object value)
      throws Unusable {
    @SuppressWarnings("unchecked") // a value of another type fails in the codec, caught below
    var typed = (T) value;
    byte[] bytes = made(Kind.BAD_OUTCOME, what, () -> codec.encode(topic(last), typed));
    if (bytes == null) throw new Unusable(Kind.BAD_OUTCOME, what + " was encoded as null");
    return bytes;
  }

  /// Whatever a codec or a key function does wrong concerns this item alone.
  private static <T> @Nullable T made(
      Kind wrong, String what, Callable<? extends @Nullable T> maker) throws Unusable {
    UserCode.Answer<T> answer = UserCode.call(maker);
    return switch (answer) {
      case UserCode.Answer.Gave<T>(var product) -> product;
      case UserCode.Answer.Threw<T>(var thrown) -> {
        var words = thrown.message();
        if (thrown.is(DependencyDownException.class)) {
          throw new DependencyDownException(words, null);
        }
        if (thrown.is(PayloadException.class)) throw new Unusable(wrong, words);
        throw new Unusable(wrong, what + " can't be encoded: " + thrown.inWords());
      }
    };
  }

  private static void checkSize(Phase<?> phase, String what, int bytes) throws Unusable {
    var max = phase.options().limits().payloadBytesMax();
    if (bytes > max) {
      throw new Unusable(
          Kind.TOO_BIG, what + " of " + bytes + " bytes, at most " + max + " are allowed");
    }
  }
}
