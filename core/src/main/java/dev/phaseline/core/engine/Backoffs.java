package dev.phaseline.core.engine;

import java.util.PriorityQueue;
import java.util.function.BiConsumer;

/// The items that wait for their next attempt, by time. Owned by the lane.
final class Backoffs<R, S> {
  /// @param behind whether it has given up its place in its queue
  private record Due<R, S>(long atNanos, long order, Slot<R, S> slot, boolean behind)
      implements Comparable<Due<R, S>> {
    @Override
    public int compareTo(Due<R, S> that) {
      var byTime = Long.signum(atNanos - that.atNanos); // the clock may wrap
      return byTime != 0 ? byTime : Long.compare(order, that.order);
    }
  }

  private final PriorityQueue<Due<R, S>> queue = new PriorityQueue<>();
  private long order;

  void add(Slot<R, S> slot, long atNanos, boolean behind) {
    queue.add(new Due<>(atNanos, order++, slot, behind));
  }

  /// Hands over those whose time has come, each with whether it has given up its place.
  void due(long now, BiConsumer<Slot<R, S>, Boolean> to) {
    while (!queue.isEmpty() && queue.element().atNanos() - now <= 0) {
      var due = queue.remove();
      to.accept(due.slot(), due.behind());
    }
  }

  /// Takes what waits.
  ///
  /// @param <R> the record
  /// @param <S> what is published
  @FunctionalInterface
  interface Taker<R, S> {
    /// Takes one, or leaves it; one that was taken waits here no more.
    boolean takes(Slot<R, S> slot, long atNanos, boolean behind);
  }

  /// Offers all that wait, in no order.
  void offer(Taker<R, S> to) {
    queue.removeIf(due -> to.takes(due.slot(), due.atNanos(), due.behind()));
  }

  /// Forgets the items of a partition; the queues that they held back are free.
  void forget(PartitionLedger<R, S> ledger) {
    queue.removeIf(
        due -> {
          var gone = due.slot().ledger == ledger;
          if (gone && !due.behind()) due.slot().queue.blocked = false;
          return gone;
        });
  }

  int size() {
    return queue.size();
  }

  long waitNanos(long now) {
    return queue.isEmpty() ? Long.MAX_VALUE : Math.max(0, queue.element().atNanos() - now);
  }
}
