package dev.phaseline.core.engine;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One record in flight, from the moment it was fetched until the commit that completes it. Owned
/// by the lane.
final class Slot extends OffsetNode<Slot> implements ItemHistory {
  final PartitionLedger<Slot> ledger;
  KeyQueue queue;
  private final Item item;

  // link of its key's queue, while it waits there
  @Nullable Slot next;

  int attempt;
  private ItemState state = ItemState.READY;
  private @Nullable Settlement settlement;
  private long settledAtNanos;
  boolean alone; // one of a group of which the log has refused some for their size
  @Nullable Trail trail; // of those that fail
  @Nullable LastFailure lastFailure; // its failure handler is to decide what follows

  Slot(PartitionLedger<Slot> ledger, KeyQueue queue, Item item, @Nullable EarlierAttempts earlier) {
    super(item.offset());
    this.ledger = ledger;
    this.queue = queue;
    this.item = item;
    this.attempt = earlier == null ? 1 : earlier.nextAttempt();
    this.trail = earlier == null ? null : new Trail(earlier);
  }

  /// The record's partition.
  int partition() {
    return ledger.partition();
  }

  @Override
  public Item item() {
    return item;
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public List<Failure> failures() {
    return trail == null ? List.of() : trail.failures();
  }

  @Override
  public int failuresOmitted() {
    return trail == null ? 0 : trail.omitted();
  }

  @Override
  public @Nullable LastFailure lastFailure() {
    return lastFailure;
  }

  @Override
  public long firstStartNanos(long otherwise) {
    return trail == null ? otherwise : trail.firstStartNanos(otherwise);
  }

  ItemState state() {
    return state;
  }

  /// Moves it to another state.
  ///
  /// @throws IllegalStateException when there is no such move: the engine is broken, and nothing
  ///   that it would do next could be trusted
  void to(ItemState next) {
    if (!state.mayBecome(next)) {
      throw new IllegalStateException(this + " is " + state + " and can't become " + next);
    }
    state = next;
  }

  /// Takes the result of the item.
  void settle(Settlement made, long nowNanos) {
    to(ItemState.SETTLED);
    settlement = made;
    settledAtNanos = nowNanos;
  }

  /// Replaces a result that can't be published.
  void settleInstead(Settlement other) {
    if (state != ItemState.SETTLED) throw new IllegalStateException(this + " is " + state);
    settlement = other;
  }

  /// Its result.
  ///
  /// @throws IllegalStateException when it has none
  Settlement settlement() {
    if (settlement == null) throw new IllegalStateException("not settled: " + this);
    return settlement;
  }

  /// Time of the result, in nanoseconds of the lane's clock.
  long settledAtNanos() {
    return settledAtNanos;
  }

  void remember(Failure failure) {
    if (trail == null) trail = new Trail(null);
    trail.add(failure);
  }

  @Override
  boolean isInCommit() {
    return state == ItemState.PUBLISHING;
  }

  @Override
  boolean isSettled() {
    return settlement != null;
  }

  @Override
  public String toString() {
    return partition() + "@" + offset() + "#" + attempt;
  }

  /// The items that share a key, in offset order. The links are in the items themselves, so the
  /// list and its items are one class: most keys have one item at a time, and a queue with an array
  /// for each was a good part of what the garbage collector had to copy.
  static final class KeyQueue {
    final @Nullable Object key;
    @Nullable Slot first;
    @Nullable Slot last;
    int size;
    int running; // handed out and not back yet
    boolean blocked; // the first one waits for its next attempt
    boolean ready; // stands in the list of ready queues
    boolean aside; // the first one waits for a trial run

    KeyQueue(@Nullable Object key) {
      this.key = key;
    }

    boolean isEmpty() {
      return first == null;
    }

    void addLast(Slot slot) {
      slot.next = null;
      if (last == null) first = slot;
      else last.next = slot;
      last = slot;
      size++;
    }

    void addFirst(Slot slot) {
      slot.next = first;
      first = slot;
      if (last == null) last = slot;
      size++;
    }

    Slot removeFirst() {
      var head = first;
      if (head == null) throw new NoSuchElementException("nothing waits for " + key);
      first = head.next;
      if (first == null) last = null;
      head.next = null;
      size--;
      return head;
    }

    void removeIf(Predicate<Slot> gone) {
      var slot = first;
      first = null;
      last = null;
      size = 0;
      while (slot != null) {
        var after = slot.next;
        slot.next = null;
        if (!gone.test(slot)) addLast(slot);
        slot = after;
      }
    }
  }
}
