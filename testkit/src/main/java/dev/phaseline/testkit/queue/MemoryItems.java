package dev.phaseline.testkit.queue;

import static java.time.temporal.ChronoUnit.MILLIS;

import dev.phaseline.queue.Claim;
import dev.phaseline.queue.QueueCount;
import dev.phaseline.queue.QueueStore.Addition;
import dev.phaseline.queue.QueueStore.Counting;
import dev.phaseline.queue.StoredItem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The items of one queue in memory. Not thread-safe: its storage's lock is held by callers.
final class MemoryItems {
  private static final class Slot {
    final long number;
    final StoredItem item;
    final Instant created;
    int deliveries;

    /// The time at which it is available: the end of its lease or delay.
    Instant at;

    /// The claim that holds it, while its lease holds; null when there is none.
    @Nullable String token;

    @Nullable Object owner;

    Slot(long number, StoredItem item, Instant created, Instant at) {
      this.number = number;
      this.item = item;
      this.created = created;
      this.at = at;
    }
  }

  /// Tokens are never used twice, so that a claim on a queue that was deleted is none on its
  /// successor of the same name.
  private static final AtomicLong TOKENS = new AtomicLong();

  private final InstantSource clock;

  /// By number, which is the order of creation.
  private final TreeMap<Long, Slot> slots = new TreeMap<>();

  /// The claimed ones, by token.
  private final Map<String, Slot> claimed = new HashMap<>();

  private long numbers;

  MemoryItems(InstantSource clock) {
    this.clock = clock;
  }

  private Instant now() {
    return clock.instant().truncatedTo(MILLIS);
  }

  void add(List<Addition> items) {
    var now = now();
    for (var added : items) {
      var slot = new Slot(numbers++, added.item(), now, after(now, added.delay()));
      slots.put(slot.number, slot);
    }
  }

  /// Claims for an owner, oldest items first; none when none is available.
  List<Claim> claim(int max, Duration lease, Object owner) {
    var now = now();
    var claims = new ArrayList<Claim>();
    for (var slot : slots.values()) {
      if (claims.size() == max) break;
      if (slot.at.isAfter(now)) continue;
      if (slot.token != null) claimed.remove(slot.token); // its lease has ended
      slot.token = Long.toString(TOKENS.getAndIncrement());
      slot.owner = owner;
      slot.at = after(now, lease);
      slot.deliveries++;
      claimed.put(slot.token, slot);
      claims.add(new Claim(slot.token, slot.item, slot.created, slot.deliveries, slot.at));
    }
    return claims;
  }

  Optional<Instant> extend(Claim claim, Duration lease) {
    var slot = held(claim);
    if (slot == null) return Optional.empty();
    slot.at = after(now(), lease);
    return Optional.of(slot.at);
  }

  boolean delete(Claim claim) {
    var slot = held(claim);
    if (slot == null) return false;
    claimed.remove(claim.token());
    slots.remove(slot.number);
    return true;
  }

  boolean release(Claim claim, Duration delay, Counting counting) {
    var slot = held(claim);
    if (slot == null) return false;
    free(slot, after(now(), delay));
    switch (counting) {
      case COUNTED -> {}
      case UNCOUNTED -> slot.deliveries--;
    }
    return true;
  }

  /// Ends the claims of an owner.
  void releaseAllOf(Object owner) {
    for (var slot : List.copyOf(claimed.values())) {
      if (owner.equals(slot.owner)) free(slot, now());
    }
  }

  private void free(Slot slot, Instant at) {
    claimed.remove(slot.token);
    slot.token = null;
    slot.owner = null;
    slot.at = at;
  }

  /// The slot that a claim still holds; null when its lease has ended.
  private @Nullable Slot held(Claim claim) {
    var slot = claimed.get(claim.token());
    return slot == null || !slot.at.isAfter(now()) ? null : slot;
  }

  QueueCount count() {
    var now = now();
    var waiting = slots.values().stream().filter(slot -> slot.at.isAfter(now)).toList();
    var leased = waiting.stream().filter(slot -> slot.token != null).count();
    return new QueueCount(slots.size() - waiting.size(), leased, waiting.size() - leased);
  }

  Optional<Instant> oldest() {
    var now = now();
    return slots.values().stream()
        .filter(slot -> slot.token != null || !slot.at.isAfter(now))
        .map(slot -> slot.created)
        .min(Instant::compareTo);
  }

  long purge() {
    var removed = slots.size();
    slots.clear();
    claimed.clear();
    return removed;
  }

  private static Instant after(Instant now, Duration delay) {
    return now.plus(delay).truncatedTo(MILLIS);
  }
}
