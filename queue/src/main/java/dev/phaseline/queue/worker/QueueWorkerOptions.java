package dev.phaseline.queue.worker;

import dev.phaseline.core.RetryPolicy;
import dev.phaseline.queue.QueueRules;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Options of a [QueueWorker]. Immutable; if it exists, it is valid.
public final class QueueWorkerOptions {
  /// More handlers do not run at once.
  public static final int CONCURRENCY_MAX = QueueRules.CLAIM_MAX;

  /// One item at a time under a lease of a minute, which is renewed; an hour for each at most; the
  /// default retry policy; two seconds without an item are an empty queue; half a minute to finish.
  public static final QueueWorkerOptions DEFAULT =
      new QueueWorkerOptions(
          new Values(
              1,
              Duration.ofMinutes(1),
              Duration.ofHours(1),
              RetryPolicy.DEFAULT,
              Duration.ofSeconds(2),
              Duration.ofSeconds(30),
              null));

  private record Values(
      int concurrency,
      Duration lease,
      Duration handlerMax,
      RetryPolicy retry,
      Duration idle,
      Duration drain,
      @Nullable QueueMeters meters) {
    Values {
      if (concurrency < 1 || concurrency > CONCURRENCY_MAX) {
        throw new IllegalArgumentException(
            "concurrency " + concurrency + " is not valid: use 1 to " + CONCURRENCY_MAX);
      }
      QueueRules.checkLease(lease);
      if (!handlerMax.isPositive()) {
        throw new IllegalArgumentException("handlerMax is not positive: " + handlerMax);
      }
      if (idle.isNegative()) throw new IllegalArgumentException("idle is negative: " + idle);
      if (drain.isNegative()) throw new IllegalArgumentException("drain is negative: " + drain);
    }
  }

  /// The values by name while some of them change, so that two of one type can't be swapped.
  private static final class Draft {
    int concurrency;
    Duration lease;
    Duration handlerMax;
    RetryPolicy retry;
    Duration idle;
    Duration drain;
    @Nullable QueueMeters meters;

    Draft(Values of) {
      concurrency = of.concurrency;
      lease = of.lease;
      handlerMax = of.handlerMax;
      retry = of.retry;
      idle = of.idle;
      drain = of.drain;
      meters = of.meters;
    }

    Values values() {
      return new Values(concurrency, lease, handlerMax, retry, idle, drain, meters);
    }
  }

  private final Values values;

  private QueueWorkerOptions(Values values) {
    this.values = values;
  }

  /// Options with another number of handlers at once.
  ///
  /// @param another 1 to [#CONCURRENCY_MAX]
  public QueueWorkerOptions withConcurrency(int another) {
    return with(draft -> draft.concurrency = another);
  }

  /// Options with another lease. It is renewed while a handler runs, so it is the time after which
  /// the items of a dead worker come back.
  ///
  /// @param another [QueueRules#LEASE_MIN] to [QueueRules#LEASE_MAX]
  public QueueWorkerOptions withLease(Duration another) {
    return with(draft -> draft.lease = another);
  }

  /// Options with another limit for the time of one handler, after which it is interrupted and has
  /// failed.
  public QueueWorkerOptions withHandlerMax(Duration another) {
    return with(draft -> draft.handlerMax = another);
  }

  /// Options with another policy for failed handlers. Its attempts are the item's deliveries, of
  /// which the queue has a limit too ([dev.phaseline.queue.QueueOptions#deliveriesMax()]): the
  /// lower one holds. Its budgets of time are not looked at.
  public QueueWorkerOptions withRetry(RetryPolicy another) {
    return with(draft -> draft.retry = another);
  }

  /// Options with another time without an item after which a queue counts as empty, in
  /// [QueueWorker#runFor].
  public QueueWorkerOptions withIdle(Duration another) {
    return with(draft -> draft.idle = another);
  }

  /// Options with another time that handlers get to finish at the end of a run, before they are
  /// interrupted.
  public QueueWorkerOptions withDrain(Duration another) {
    return with(draft -> draft.drain = another);
  }

  /// Options with meters, in a registry of Micrometer. Without, nothing is measured.
  public QueueWorkerOptions withMeters(QueueMeters another) {
    return with(draft -> draft.meters = another);
  }

  private QueueWorkerOptions with(Consumer<Draft> change) {
    var draft = new Draft(values);
    change.accept(draft);
    return new QueueWorkerOptions(draft.values());
  }

  /// Number of handlers at once.
  public int concurrency() {
    return values.concurrency;
  }

  /// The lease of claimed items.
  public Duration lease() {
    return values.lease;
  }

  /// The limit for the time of one handler.
  public Duration handlerMax() {
    return values.handlerMax;
  }

  /// The policy for failed handlers.
  public RetryPolicy retry() {
    return values.retry;
  }

  /// The time without an item after which a queue counts as empty.
  public Duration idle() {
    return values.idle;
  }

  /// The time that handlers get to finish at the end of a run.
  public Duration drain() {
    return values.drain;
  }

  /// The meters; null when nothing is measured.
  public @Nullable QueueMeters meters() {
    return values.meters;
  }
}
