package dev.phaseline.core;

import java.time.Duration;

/// Options of a phase, each with its default. If it exists, it is valid.
///
/// A server's placement file can override concurrency, timeout and the limits; the rest belongs to
/// the pipeline's author.
///
/// @param concurrency how many handlers run at once in one worker; at the most, with
///   `autoConcurrency`
/// @param autoConcurrency whether the worker finds by measuring how many of these are worth running
///   ([dev.phaseline.core.engine.ConcurrencyTuner])
/// @param ordering what is promised about the order of starts
/// @param timeout how long an attempt may go without a heartbeat before it is interrupted
/// @param retry what follows a failed attempt
/// @param limits what is refused
/// @param failures what else is done about failures
public record PhaseOptions(
    int concurrency,
    boolean autoConcurrency,
    Ordering ordering,
    Duration timeout,
    RetryPolicy retry,
    Limits limits,
    FailureOptions failures) {

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
          16,
          false,
          Ordering.KEY,
          Duration.ofSeconds(30),
          RetryPolicy.DEFAULT,
          Limits.DEFAULT,
          FailureOptions.DEFAULT);

  public PhaseOptions {
    if (concurrency < 1 || concurrency > 100_000) {
      throw new IllegalArgumentException("concurrency is not in 1..100000: " + concurrency);
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout must be more than zero: " + timeout);
    }
  }

  /// These options with another concurrency, a fixed one.
  public PhaseOptions withConcurrency(int handlersAtOnce) {
    return new PhaseOptions(handlersAtOnce, false, ordering, timeout, retry, limits, failures);
  }

  /// These options with a concurrency that is found by measuring: as many handlers as there can be
  /// before they mostly wait for each other.
  ///
  /// @param handlersAtMost never more than this in one worker
  public PhaseOptions withAutoConcurrency(int handlersAtMost) {
    return new PhaseOptions(handlersAtMost, true, ordering, timeout, retry, limits, failures);
  }

  /// These options with a concurrency that is found by measuring, at most [#AUTO_CONCURRENCY_MAX].
  public PhaseOptions withAutoConcurrency() {
    return withAutoConcurrency(AUTO_CONCURRENCY_MAX);
  }

  /// These options with another ordering.
  public PhaseOptions withOrdering(Ordering promise) {
    return new PhaseOptions(
        concurrency, autoConcurrency, promise, timeout, retry, limits, failures);
  }

  /// These options with another timeout.
  public PhaseOptions withTimeout(Duration perAttempt) {
    return new PhaseOptions(
        concurrency, autoConcurrency, ordering, perAttempt, retry, limits, failures);
  }

  /// These options with another retry policy.
  public PhaseOptions withRetry(RetryPolicy policy) {
    return new PhaseOptions(
        concurrency, autoConcurrency, ordering, timeout, policy, limits, failures);
  }

  /// These options with other limits.
  public PhaseOptions withLimits(Limits bounds) {
    return new PhaseOptions(
        concurrency, autoConcurrency, ordering, timeout, retry, bounds, failures);
  }

  /// These options with another treatment of failures.
  public PhaseOptions withFailures(FailureOptions treatment) {
    return new PhaseOptions(
        concurrency, autoConcurrency, ordering, timeout, retry, limits, treatment);
  }
}
