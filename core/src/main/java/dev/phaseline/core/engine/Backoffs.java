package dev.phaseline.core.engine;

import java.util.PriorityQueue;
import java.util.function.BiConsumer;

/// The items that wait for their next attempt, by time. Owned by the lane.
final class Backoffs {
  /// @param behind whether it has given up its place in its queue
  private record Due(long atNanos, long order, Slot slot, boolean behind)
      implements Comparable<Due> {
    @Override
    public int compareTo(Due that) {
      var byTime = Long.signum(atNanos - that.atNanos); // the clock may wrap
      return byTime != 0 ? byTime : Long.compare(order, that.order);
    }
  }

  private final PriorityQueue<Due> queue = new PriorityQueue<>();
  private long order;

  void add(Slot slot, long atNanos, boolean behind) {
    queue.add(new Due(atNanos, order++, slot, behind));
  }

  /// Hands over those whose time has come, each with whether it has given up its place.
  void due(long now, BiConsumer<Slot, Boolean> to) {
    while (!queue.isEmpty() && queue.element().atNanos() - now <= 0) {
      var due = queue.remove();
      to.accept(due.slot(), due.behind());
    }
  }

  /// Takes what waits.
  @FunctionalInterface
  interface Taker {
    /// Takes one, or leaves it; one that was taken waits here no more.
    boolean takes(Slot slot, long atNanos, boolean behind);
  }

  /// Offers all that wait, in no order.
  void offer(Taker to) {
    queue.removeIf(due -> to.takes(due.slot(), due.atNanos(), due.behind()));
  }

  /// Forgets the items of a partition; the queues that they held back are free.
  void forget(PartitionLedger<Slot> ledger) {
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
