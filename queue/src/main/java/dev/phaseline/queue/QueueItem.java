package dev.phaseline.queue;

import java.time.Instant;
import java.util.Map;

/// Claimed item of a queue. It is good for [JobQueue#extend], [JobQueue#delete],
/// [JobQueue#release], [JobQueue#putBack] and [JobQueue#bury] of the queue that it came from, until
/// one of the last four or the end of its lease.
///
/// Made by [JobQueue#claim] alone. Thread-safe.
///
/// @param <T> the item's data
public final class QueueItem<T> {
  private final Object owner;
  private final String queue;
  private final Claim claim;
  private final T data;
  private volatile Instant leaseUntil;

  QueueItem(Object owner, String queue, Claim claim, T data) {
    this.owner = owner;
    this.queue = queue;
    this.claim = claim;
    this.data = data;
    this.leaseUntil = claim.leaseUntil();
  }

  /// The item's id, the same in each delivery: a key for effects that must happen once.
  public String id() {
    return claim.item().id();
  }

  /// The item's payload, decoded.
  public T data() {
    return data;
  }

  /// Headers: texts that its creator wrote beside the data, by name.
  public Map<String, String> headers() {
    return claim.item().headers();
  }

  /// The time at which the item was created, by the storage's clock.
  public Instant created() {
    return claim.created();
  }

  /// Number of deliveries of the item, this one included: 1 for the first time. Deliveries that
  /// were taken back ([JobQueue#putBack]) are not counted.
  public int deliveries() {
    return claim.deliveries();
  }

  /// The time at which the lease ends, by the storage's clock.
  public Instant leaseUntil() {
    return leaseUntil;
  }

  /// The name of the queue that it was claimed from.
  public String queue() {
    return queue;
  }

  /// Whether it was claimed through this object.
  @SuppressWarnings("ReferenceEquality") // a claim belongs to one object, whatever is equal to it
  boolean isOf(Object queueObject) {
    return owner == queueObject;
  }

  Claim claim() {
    return claim;
  }

  void leaseUntil(Instant end) {
    leaseUntil = end;
  }

  /// Id and deliveries, without the data, which may be secret.
  @Override
  public String toString() {
    return "QueueItem["
        + queue
        + " "
        + id()
        + ", delivery "
        + deliveries()
        + ", lease until "
        + leaseUntil
        + "]";
  }
}
