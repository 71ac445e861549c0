package dev.phaseline.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Store of one queue's items, as bytes: the port that Kafka, SQL and memory implement.
///
/// Arguments are valid when they come here, and nothing is called after [#close()] but by threads
/// that were inside already; [JobQueue] is documented for users, and its meanings hold here.
/// Thread-safe. All methods fail with [UnknownQueueException] when the queue does not exist, and
/// with [QueueUnavailableException] when what is behind can't be reached.
public interface QueueStore extends AutoCloseable {
  /// The topic's name that codecs are given: on Kafka the queue's topic, so that a registry's
  /// subjects are named as usual, elsewhere the queue's name.
  String address();

  /// Makes the queue, if it does not exist.
  void create();

  /// Stores items, in this order.
  void add(List<Addition> items);

  /// Claims at least one and at most `max` items, or none when `wait` of real time is over or the
  /// store is closed meanwhile.
  ///
  /// @throws InterruptedException when the thread is interrupted; nothing is claimed then
  List<Claim> claim(int max, Duration lease, Duration wait) throws InterruptedException;

  /// Makes a claim end that long from now.
  ///
  /// @return its end; empty when the claim has ended before
  Optional<Instant> extend(Claim claim, Duration lease);

  /// Removes a claimed item.
  ///
  /// @return false when the claim has ended before, and nothing was removed
  boolean delete(Claim claim);

  /// Removes claimed items.
  ///
  /// @return for each whether it was removed, in the same order, as [#delete]
  default List<Boolean> deleteAll(List<Claim> claims) {
    return claims.stream().map(this::delete).toList();
  }

  /// Ends a claim; its item is available again after a delay.
  ///
  /// @param counting whether the delivery that ends counts
  /// @return false when the claim has ended before, and nothing was changed
  boolean release(Claim claim, Duration delay, Counting counting);

  /// Numbers of items.
  QueueCount count();

  /// The time at which the oldest item was created that is available or claimed.
  Optional<Instant> oldest();

  /// Removes all items that it can reach, and ends their claims.
  ///
  /// @return how many
  long purge();

  /// Removes the queue, and wakes those who wait for its items.
  void drop();

  /// Ends all claims of this store object, their deliveries counted, and wakes those who wait.
  /// Idempotent. Other store objects of the same queue are untouched.
  @Override
  void close();

  /// An item that is to be stored.
  ///
  /// @param item the item
  /// @param delay after which it is available, zero or more
  record Addition(StoredItem item, Duration delay) {}

  /// Whether a delivery that ended without a result counts.
  enum Counting {
    /// The item's next delivery has a number one higher.
    COUNTED,
    /// The item's next delivery has the same number.
    UNCOUNTED
  }
}
