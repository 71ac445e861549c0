package dev.phaseline.core;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Options of a phase, each with its default. If it exists, it is valid.
///
/// A server's placement file can override concurrency, timeout and the limits; the rest belongs to
/// the pipeline's author.
public final class PhaseOptions {
  /// Limits on payloads, fan-out and items in flight.
  ///
  /// @param payloadBytesMax the largest record value, in or out; an item over it is dead-lettered
  /// @param fanOutMax the most children one item may have
  /// @param fanOutBytesMax the most bytes that the children of one item may have together
  /// @param inFlightItemsMax the most items that one lane holds, started or waiting
  /// @param inFlightBytesMax the most payload bytes that one lane holds
  public record Limits(
      int payloadBytesMax,
      int fanOutMax,
      long fanOutBytesMax,
      int inFlightItemsMax,
      long inFlightBytesMax) {

    /// 900 KiB a payload (below Kafka's 1 MiB with room for headers), 1,000,000 children, 256 MiB
    /// of children, 8,000 items and 64 MiB in flight.
    public static final Limits DEFAULT =
        new Limits(900 * 1024, 1_000_000, 256L << 20, 8_000, 64L << 20);

    public Limits {
      atLeastOne("payloadBytesMax", payloadBytesMax);
      atLeastOne("fanOutMax", fanOutMax);
      atLeastOne("fanOutBytesMax", fanOutBytesMax);
      atLeastOne("inFlightItemsMax", inFlightItemsMax);
      atLeastOne("inFlightBytesMax", inFlightBytesMax);
    }

    private static void atLeastOne(String name, long value) {
      if (value < 1) throw new IllegalArgumentException(name + " < 1: " + value);
    }
  }

  /// The most that [#withAutoConcurrency] without a number ever tries.
  public static final int AUTO_CONCURRENCY_MAX = 1_000;

  /// 16 at once, by key, 30 seconds an attempt.
  public static final PhaseOptions DEFAULT =
      new PhaseOptions(
          new Values(
              16,
              false,
              Ordering.KEY,
              Duration.ofSeconds(30),
              RetryPolicy.DEFAULT,
              Limits.DEFAULT,
              FailureOptions.DEFAULT));

  private record Values(
      int concurrency,
      boolean autoConcurrency,
      Ordering ordering,
      Duration timeout,
      RetryPolicy retry,
      Limits limits,
      FailureOptions failures) {
    Values {
      if (concurrency < 1 || concurrency > 100_000) {
        throw new IllegalArgumentException("concurrency is not in 1..100000: " + concurrency);
      }
      if (timeout.isNegative() || timeout.isZero()) {
        throw new IllegalArgumentException("timeout must be more than zero: " + timeout);
      }
    }
  }

  /// The values by name, from which every copy is made: none can take the place of another.
  private static final class Draft {
    int concurrency;
    boolean autoConcurrency;
    Ordering ordering;
    Duration timeout;
    RetryPolicy retry;
    Limits limits;
    FailureOptions failures;

    Draft(Values of) {
      concurrency = of.concurrency;
      autoConcurrency = of.autoConcurrency;
      ordering = of.ordering;
      timeout = of.timeout;
      retry = of.retry;
      limits = of.limits;
      failures = of.failures;
    }

    Values values() {
      return new Values(concurrency, autoConcurrency, ordering, timeout, retry, limits, failures);
    }
  }

  private final Values values;

  private PhaseOptions(Values values) {
    this.values = values;
  }

  /// Number of handlers that run at once in one worker; the most, with `autoConcurrency`.
  public int concurrency() {
    return values.concurrency;
  }

  /// Whether the worker finds by measuring how many of these are worth running
  /// ([dev.phaseline.core.engine.ConcurrencyTuner]).
  public boolean autoConcurrency() {
    return values.autoConcurrency;
  }

  /// The guarantee about the order of starts.
  public Ordering ordering() {
    return values.ordering;
  }

  /// Time that an attempt may go without a heartbeat before it is interrupted.
  public Duration timeout() {
    return values.timeout;
  }

  /// The policy for failed attempts.
  public RetryPolicy retry() {
    return values.retry;
  }

  /// Bounds beyond which payloads and fan-outs are refused.
  public Limits limits() {
    return values.limits;
  }

  /// The treatment of failures beyond the retry policy.
  public FailureOptions failures() {
    return values.failures;
  }

  /// These options with another concurrency, a fixed one.
  public PhaseOptions withConcurrency(int handlersAtOnce) {
    return with(
        draft -> {
          draft.concurrency = handlersAtOnce;
          draft.autoConcurrency = false;
        });
  }

  /// These options with a concurrency that is found by measuring: as many handlers as there can be
  /// before they mostly wait for each other.
  ///
  /// @param handlersAtMost never more than this in one worker
  public PhaseOptions withAutoConcurrency(int handlersAtMost) {
    return with(
        draft -> {
          draft.concurrency = handlersAtMost;
          draft.autoConcurrency = true;
        });
  }

  /// These options with a concurrency that is found by measuring, at most [#AUTO_CONCURRENCY_MAX].
  public PhaseOptions withAutoConcurrency() {
    return withAutoConcurrency(AUTO_CONCURRENCY_MAX);
  }

  /// These options with another ordering.
  public PhaseOptions withOrdering(Ordering promise) {
    return with(draft -> draft.ordering = promise);
  }

  /// These options with another timeout.
  public PhaseOptions withTimeout(Duration perAttempt) {
    return with(draft -> draft.timeout = perAttempt);
  }

  /// These options with another retry policy.
  public PhaseOptions withRetry(RetryPolicy policy) {
    return with(draft -> draft.retry = policy);
  }

  /// These options with other limits.
  public PhaseOptions withLimits(Limits bounds) {
    return with(draft -> draft.limits = bounds);
  }

  /// These options with another treatment of failures.
  public PhaseOptions withFailures(FailureOptions treatment) {
    return with(draft -> draft.failures = treatment);
  }

  private PhaseOptions with(Consumer<Draft> change) {
    var draft = new Draft(values);
    change.accept(draft);
    return new PhaseOptions(draft.values());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PhaseOptions that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return "PhaseOptions" + values.toString().substring("Values".length());
  }
}
