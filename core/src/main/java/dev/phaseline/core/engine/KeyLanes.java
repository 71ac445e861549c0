package dev.phaseline.core.engine;

import dev.phaseline.core.Ordering;
import dev.phaseline.core.engine.Slot.KeyQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Queues of items that must not overlap, by key or partition, and the choice of those that may run
/// now under the phase's ordering. Owned by the lane.
///
/// Items that must not overlap share a queue; a queue is idle, ready, running, blocked or set
/// aside. From a ready queue a whole chain of items is handed out at once, to be run one after the
/// other by one thread, so that a hot key does not cost a turn of the lane for each item.
final class KeyLanes {
  /// Number of items of one key that are handed out at once. Longer chains would wait longer before
  /// the lane can put something else in between.
  static final int CHAIN_MAX = 64;

  private final Ordering ordering;
  private final Map<Object, KeyQueue> byKey = new HashMap<>();
  private final Deque<KeyQueue> ready = new ArrayDeque<>();

  KeyLanes(Ordering ordering) {
    this.ordering = ordering;
  }

  /// The queue for a record that was just fetched.
  KeyQueue queueFor(int partition, @Nullable Object key) {
    return switch (ordering) {
      case UNORDERED -> new KeyQueue(null);
      case PARTITION -> byKey.computeIfAbsent(partition, KeyQueue::new);
      case KEY -> key == null ? new KeyQueue(null) : byKey.computeIfAbsent(key, KeyQueue::new);
    };
  }

  /// A new item, after all that its queue has.
  void add(Slot slot) {
    slot.queue.addLast(slot);
    makeReady(slot.queue);
  }

  /// An item that comes back without having been run, or whose next attempt is due: it goes first.
  void giveBack(Slot slot) {
    slot.queue.addFirst(slot);
  }

  /// An item that had given up its place: it goes behind all that its queue has by now.
  void rejoin(Slot slot) {
    var key = slot.queue.key;
    if (key != null) slot.queue = byKey.computeIfAbsent(key, KeyQueue::new);
    add(slot);
  }

  /// Takes one item off its queue's run: it is settled, or waits for its next attempt.
  void ended(KeyQueue queue) {
    queue.running--;
    if (queue.isEmpty() && queue.running == 0 && !queue.blocked) forget(queue);
    else makeReady(queue);
  }

  /// An item that has ended without being through: it stays the first of its queue, which is held
  /// back until [#unblock(KeyQueue)].
  void holdBack(Slot slot) {
    slot.queue.blocked = true;
    giveBack(slot);
    slot.queue.running--;
  }

  void unblock(KeyQueue queue) {
    queue.blocked = false;
    makeReady(queue);
  }

  /// A queue whose first item must not start now, and nothing else of it: it is not ready until
  /// [#takeUp(KeyQueue)].
  void setAside(KeyQueue queue) {
    queue.aside = true;
  }

  /// Its first item may start now, or is not its first any more.
  void takeUp(KeyQueue queue) {
    queue.aside = false;
    makeReady(queue);
  }

  boolean hasReady() {
    return !ready.isEmpty();
  }

  /// The next chain to run, at most `max` items; empty when nothing is ready.
  ///
  /// @param run whether it may go on with the items of other queues when the first has no more
  List<Slot> next(int max, boolean run) {
    var most = Math.min(max, CHAIN_MAX);
    var queue = ready.pollFirst();
    if (queue == null) return List.of();
    if (most == 1 || (queue.size == 1 && (!run || ready.isEmpty()))) return List.of(first(queue));
    var chain = new ArrayList<Slot>(run ? most : Math.min(most, queue.size));
    while (queue != null) {
      takeFrom(queue, most - chain.size(), chain);
      queue = run && chain.size() < most ? ready.pollFirst() : null;
    }
    return chain;
  }

  private static Slot first(KeyQueue queue) {
    queue.ready = false;
    queue.running = 1;
    return queue.removeFirst();
  }

  private static void takeFrom(KeyQueue queue, int max, List<Slot> chain) {
    var count = Math.min(max, queue.size);
    queue.ready = false;
    queue.running = count;
    for (var i = 0; i < count; i++) chain.add(queue.removeFirst());
  }

  /// Forgets every waiting item of these queues that fits, and the queues that are left with
  /// nothing to do; the others go on with what they have left. Items that still run are in no queue
  /// any more.
  void drop(Collection<KeyQueue> queues, Predicate<Slot> gone) {
    for (var queue : queues) queue.removeIf(gone);
    ready.removeIf(
        queue -> {
          if (queue.isEmpty()) queue.ready = false;
          return queue.isEmpty();
        });
    for (var queue : queues) {
      if (queue.isEmpty() && queue.running == 0 && !queue.blocked) forget(queue);
      else makeReady(queue);
    }
  }

  private void makeReady(KeyQueue queue) {
    if (queue.ready || queue.blocked || queue.aside || queue.running > 0) return;
    if (queue.isEmpty()) return;
    queue.ready = true;
    ready.addLast(queue);
  }

  private void forget(KeyQueue queue) {
    if (queue.key != null) byKey.remove(queue.key, queue);
  }
}
