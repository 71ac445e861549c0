package dev.phaseline.testkit;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.Phase;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.RetryPolicy.Verdict;
import dev.phaseline.testkit.DeadLetter.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
      return after(phase, item, handle(phase, item, payload), now);
    } catch (Unusable itemsFailure) {
      return itemsFailure.step();
    } catch (DependencyDownException aCodecSays) {
      return new Step.Hold(CODEC_PAUSE); // handlers' own throws are caught nearer
    }
  }

  private <I> I decode(Phase<I> phase, byte[] bytes) throws Unusable {
    try {
      return phase.input().decode(topic(phase.name()), bytes);
    } catch (PayloadException notOurs) {
      throw new Unusable(Kind.UNDECODABLE, message(notOurs));
    } catch (DependencyDownException down) {
      throw down;
    } catch (RuntimeException codecBroke) {
      throw new Unusable(Kind.UNDECODABLE, "the codec failed: " + codecBroke);
    }
  }

  /// What the handler returned, or threw.
  private sealed interface Answer {
    record Returned(@Nullable Outcome<?> outcome) implements Answer {}

    record Threw(Throwable thrown) implements Answer {}
  }

  private <I> Answer handle(Phase<I> phase, Item item, I payload) {
    try {
      return new Answer.Returned(
          phase.handler().handle(payload, item.context(pipeline.name(), phase.name())));
    } catch (VirtualMachineError oursNotTheItems) {
      if (oursNotTheItems instanceof StackOverflowError) return new Answer.Threw(oursNotTheItems);
      throw oursNotTheItems;
    } catch (Throwable thrown) {
      return new Answer.Threw(thrown);
    }
  }

  private Step after(Phase<?> phase, Item item, Answer answer, Instant now) throws Unusable {
    return switch (answer) {
      case Answer.Threw(var thrown) -> judge(phase, item, thrown, now);
      case Answer.Returned(var outcome) -> {
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

  private Step judge(Phase<?> phase, Item item, Throwable thrown, Instant now) {
    var said = thrown.getClass().getSimpleName() + ": " + message(thrown);
    var verdict = phase.options().retry().after(item.attempt, thrown, jitter.getAsDouble());
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

  private Phase<?> target(String name) throws Unusable {
    var phase = pipeline.find(name);
    if (phase.isPresent()) return phase.get();
    throw new Unusable(
        Kind.BAD_OUTCOME,
        "pipeline '"
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
    var limits = from.options().limits();
    if (values.size() > limits.fanOutMax()) {
      throw new Unusable(
          Kind.TOO_BIG,
          "fan-out of " + values.size() + " items, at most " + limits.fanOutMax() + " are allowed");
    }
    var next = name == null ? pipeline.after(from.name()) : pipeline.find(name);
    if (next.isEmpty() && name == null) {
      throw new Unusable(Kind.BAD_OUTCOME, "fan-out from the last phase, which has no next one");
    }
    var to = next.isPresent() ? next.get() : target(String.valueOf(name));
    var outputs = new ArrayList<Step.Output>(values.size());
    var bytes = 0L;
    for (var i = 0; i < values.size(); i++) {
      var path = item.childPath(i);
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
    if (value == null) throw new Unusable(Kind.BAD_OUTCOME, "the handler's value is null");
    var bytes = encode(to.input(), to.name(), value);
    checkSize(from, "output", bytes.length);
    return new Step.Output(to.name(), path, keyOf(to, value, key), bytes);
  }

  /// The key of a value that is handed to a phase.
  private <I> @Nullable String keyOf(Phase<I> to, Object value, @Nullable String otherwise)
      throws Unusable {
    var keyBy = to.keyBy();
    if (keyBy == null) return otherwise;
    try {
      @SuppressWarnings("unchecked") // it was just encoded as one
      var typed = (I) value;
      return keyBy.apply(typed);
    } catch (RuntimeException thrown) {
      throw new Unusable(
          Kind.BAD_OUTCOME, "the key of phase '" + to.name() + "' can't be taken: " + thrown);
    }
  }

  private Step finish(Phase<?> phase, @Nullable Object result) throws Unusable {
    if (result == null) return new Step.Finish(null);
    var codec = pipeline.result();
    if (codec.isEmpty()) {
      throw new Unusable(
          Kind.BAD_OUTCOME, "pipeline '" + pipeline.name() + "' has a result, but no result codec");
    }
    var bytes = encode(codec.get(), "done", result);
    checkSize(phase, "result", bytes.length);
    return new Step.Finish(bytes);
  }

  /// Encodes, or says why not.
  private <T> byte[] encode(Codec<T> codec, String last, Object value) throws Unusable {
    try {
      @SuppressWarnings("unchecked") // a value of another type fails in the codec, caught below
      var typed = (T) value;
      return codec.encode(topic(last), typed);
    } catch (DependencyDownException down) {
      throw down;
    } catch (RuntimeException thrown) {
      throw new Unusable(
          Kind.BAD_OUTCOME, "the value for '" + last + "' can't be encoded: " + message(thrown));
    }
  }

  private static void checkSize(Phase<?> phase, String what, int bytes) throws Unusable {
    var max = phase.options().limits().payloadBytesMax();
    if (bytes > max) {
      throw new Unusable(
          Kind.TOO_BIG, what + " of " + bytes + " bytes, at most " + max + " are allowed");
    }
  }

  private static String message(Throwable thrown) {
    return String.valueOf(thrown.getMessage());
  }
}
