package dev.phaseline.queue.worker;

import dev.phaseline.core.Causes;
import dev.phaseline.core.DeadKind;
import dev.phaseline.core.RetryPolicy.Judgement;
import dev.phaseline.core.RetryPolicy.Verdict;
import dev.phaseline.core.engine.UserCode;
import dev.phaseline.core.engine.UserCode.Answer.Gave;
import dev.phaseline.core.engine.UserCode.Answer.Threw;
import dev.phaseline.queue.DeadCause;
import dev.phaseline.queue.JobQueue;
import dev.phaseline.queue.LeaseLostException;
import dev.phaseline.queue.QueueException;
import dev.phaseline.queue.QueueItem;
import dev.phaseline.queue.worker.RunningItem.Interrupt;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Work of one item from its claim to its end: runs the handler, and does what follows from the
/// result. Thread-safe; runs on the handlers' threads.
///
/// @param <T> the items' data
final class ItemWork<T> {
  private static final Logger LOG = LoggerFactory.getLogger(ItemWork.class);

  private final JobQueue<T> queue;
  private final QueueHandler<T> handler;
  private final QueueWorkerOptions options;
  private final LeaseKeeper<T> leases;
  private final WorkState state;
  private final DoubleSupplier chance;

  /// @param chance in [0, 1), for the delays of retries
  ItemWork(
      JobQueue<T> queue,
      QueueHandler<T> handler,
      QueueWorkerOptions options,
      LeaseKeeper<T> leases,
      WorkState state,
      DoubleSupplier chance) {
    this.queue = queue;
    this.handler = handler;
    this.options = options;
    this.leases = leases;
    this.state = state;
    this.chance = chance;
  }

  /// Handles an item and ends its claim. What the storage refuses is counted as lost: the item
  /// comes back by itself.
  void perform(QueueItem<T> item) {
    var startNanos = System.nanoTime();
    var running = new RunningItem<>(item, startNanos);
    Ending ending;
    Interrupt interrupt;
    leases.add(running);
    try {
      ending = endingOf(item);
    } finally {
      leases.remove(running);
      interrupt = running.finish();
      state.handled(System.nanoTime() - startNanos);
    }
    var because = interrupt;
    settle(item, () -> end(item, ending, because));
  }

  /// Gives an item back that was claimed too late to be handled.
  void putBack(QueueItem<T> item) {
    settle(item, () -> putBack(item, Duration.ZERO));
  }

  /// Ends a claim. A refusal of the storage counts as a lost claim: the item comes back by itself.
  private void settle(QueueItem<T> item, Runnable end) {
    try {
      end.run();
    } catch (LeaseLostException late) {
      state.count(WorkResult.LOST);
      LOG.warn("{}", late.getMessage());
    } catch (QueueException unreachable) {
      state.count(WorkResult.LOST);
      LOG.warn("item {} comes back when its lease ends: {}", item.id(), unreachable.getMessage());
    }
  }

  private Ending endingOf(QueueItem<T> item) {
    return switch (UserCode.<Ending>call(() -> handled(item))) {
      case Gave<Ending> gave -> Objects.requireNonNull(gave.value());
      case Threw<Ending> threw -> new Ending.Failed(threw.thrown());
    };
  }

  private Ending handled(QueueItem<T> item) throws Exception {
    try {
      handler.handle(item);
      return new Ending.Done();
    } catch (Exception thrown) {
      var failure = Causes.unwrapped(thrown);
      if (failure instanceof RequeueException requeue) return new Ending.Requeue(requeue.delay());
      if (failure instanceof SuspendQueueException suspend) {
        return new Ending.Suspend(suspend.delay(), String.valueOf(suspend.getMessage()));
      }
      throw thrown;
    }
  }

  private void end(QueueItem<T> item, Ending ending, Interrupt interrupt) {
    switch (ending) {
      case Ending.Done() -> {
        queue.delete(item);
        state.count(WorkResult.DONE);
      }
      case Ending.Requeue(Duration delay) -> putBack(item, delay);
      case Ending.Suspend suspend -> suspend(item, suspend);
      case Ending.Failed failed -> {
        switch (interrupt) {
          case STOPPED -> putBack(item, Duration.ZERO);
          case LEASE_LOST -> throw new LeaseLostException(queue.name(), item.id());
          case TIMED_OUT, NONE -> failed(item, failed, interrupt);
        }
      }
    }
  }

  private void putBack(QueueItem<T> item, Duration delay) {
    queue.putBack(item, delay);
    state.count(WorkResult.REQUEUED);
  }

  private void suspend(QueueItem<T> item, Ending.Suspend suspend) {
    var delay = suspend.delay().orElseGet(this::suspension);
    state.suspend(System.nanoTime() + delay.toNanos());
    LOG.warn("queue {} is suspended for {}: {}", queue.name(), delay, suspend.reason());
    putBack(item, Duration.ZERO);
  }

  private Duration suspension() {
    var verdict = options.retry().after(1, Judgement.SUSPEND, chance.getAsDouble());
    return verdict instanceof Verdict.SuspendFor(Duration delay) ? delay : Duration.ZERO;
  }

  private void failed(QueueItem<T> item, Ending.Failed failed, Interrupt interrupt) {
    var judgement =
        interrupt == Interrupt.TIMED_OUT
            ? Judgement.RETRY
            : options.retry().judge(failed.thrown().classes());
    switch (verdict(item, judgement)) {
      case Verdict.RetryIn(Duration delay) -> {
        queue.release(item, delay);
        state.count(WorkResult.FAILED);
        LOG.warn(
            "item {}, delivery {}, failed and comes back in {}: {}",
            item.id(),
            item.deliveries(),
            delay,
            failed.thrown().inWords());
      }
      case Verdict.GiveUp(String reason) -> {
        queue.bury(item, causeOf(reason, failed, interrupt));
        state.count(WorkResult.DEAD);
        LOG.warn("item {} is a dead letter: {}: {}", item.id(), reason, failed.thrown().inWords());
      }
      case Verdict.SuspendFor(Duration delay) ->
          suspend(item, new Ending.Suspend(Optional.of(delay), failed.thrown().inWords()));
    }
  }

  /// The policy's verdict, within what deliveries the queue has left.
  private Verdict verdict(QueueItem<T> item, Judgement judgement) {
    var verdict = options.retry().after(item.deliveries(), judgement, chance.getAsDouble());
    var max = queue.options().deliveriesMax();
    return verdict instanceof Verdict.RetryIn && item.deliveries() >= max
        ? new Verdict.GiveUp("delivery " + item.deliveries() + " of " + max + " failed")
        : verdict;
  }

  private DeadCause causeOf(String reason, Ending.Failed failed, Interrupt interrupt) {
    return interrupt == Interrupt.TIMED_OUT
        ? DeadCause.of(
            DeadKind.TIMED_OUT,
            reason + ", after " + options.handlerMax() + " without an end",
            failed.thrown())
        : DeadCause.of(DeadKind.FAILED, reason, failed.thrown());
  }
}
