package dev.phaseline.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Work queue with leases: an item is created once and claimed by one consumer at a time, which
/// deletes it when its work is done. If the consumer dies, the item is available again when its
/// lease ends.
///
/// ```java
/// try (var queues = Queues.over(storage); var mails = queues.open("mails", Codec.text())) {
///   mails.create();
///   mails.createItem("to: ada@example.org");
///   for (var item : mails.claim(10, Duration.ofMinutes(1), Duration.ofSeconds(5))) {
///     send(item.data());
///     mails.delete(item);
///   }
/// }
/// ```
///
/// Promised: an item that was created is handed out at least once, and again until it is deleted or
/// a dead letter; while a lease holds, no other consumer gets the item; after a lease has ended,
/// nothing that its consumer calls touches the claim of another. Not promised: that an item is
/// handed out once only (make effects idempotent by [QueueItem#id()]), and strict order: items come
/// in about the order in which they were created.
///
/// An item whose bytes can't be decoded, and one that was handed out [QueueOptions#deliveriesMax()]
/// times without an end, are never returned by a claim: they become dead letters, their bytes
/// untouched.
///
/// Thread-safe; any number of consumers may claim at once, in this process and in others. A claim
/// belongs to the object that made it: items go back to the same [JobQueue]. Times are those of the
/// storage's clock, in whole milliseconds.
///
/// Each method but [#name()] and [#close()] fails with [QueueClosedException] after [#close()],
/// with [UnknownQueueException] when the queue does not exist (but [#create()]), and with
/// [QueueUnavailableException] when the storage can't be reached.
///
/// @param <T> the items' data
public interface JobQueue<T> extends AutoCloseable {

  /// The queue's name.
  String name();

  /// Limits and settings with which this object was opened.
  QueueOptions options();

  /// Makes the queue. When it exists, nothing happens, and its items stay.
  void create();

  /// Adds an item that is available at once, under a new id.
  ///
  /// @return the item's id
  /// @throws ItemRefusedException when the data can't be encoded or is too big
  String createItem(T data);

  /// Adds an item.
  ///
  /// @return the item's id
  /// @throws ItemRefusedException when the data can't be encoded or is too big
  String createItem(T data, ItemOptions options);

  /// Adds items, in this order. All of them are encoded and checked before the first one is stored.
  /// Whether a failure of the storage can leave some of them stored depends on the storage: SQL and
  /// memory store all or none.
  ///
  /// @param items at most [QueueRules#BATCH_MAX]
  /// @return the items' ids, in the same order
  /// @throws ItemRefusedException when the data of one can't be encoded or is too big
  List<String> createItems(Collection<NewItem<T>> items);

  /// Claims one item, without waiting for one.
  ///
  /// @param lease how long no other consumer gets the item, [QueueRules#LEASE_MIN] to
  ///   [QueueRules#LEASE_MAX]
  Optional<QueueItem<T>> claim(Duration lease);

  /// Claims items; waits until there is at least one.
  ///
  /// @param max how many at most, 1 to [QueueRules#CLAIM_MAX]
  /// @param lease how long no other consumer gets them, [QueueRules#LEASE_MIN] to
  ///   [QueueRules#LEASE_MAX]
  /// @param wait how long to wait for the first, in real time whatever the storage's clock is; zero
  ///   to [QueueRules#WAIT_MAX]
  /// @return at least one, or none when the time is over
  /// @throws InterruptedException when the thread is interrupted; nothing is claimed then
  /// @throws QueueClosedException also when the queue is closed meanwhile
  /// @throws UnknownQueueException also when the queue is deleted meanwhile
  List<QueueItem<T>> claim(int max, Duration lease, Duration wait) throws InterruptedException;

  /// Makes the lease of an item end that long from now, whether that is later or earlier than
  /// before.
  ///
  /// @param lease [QueueRules#LEASE_MIN] to [QueueRules#LEASE_MAX]
  /// @return the new end of the lease, also [QueueItem#leaseUntil()] from now on
  /// @throws LeaseLostException when the claim has ended
  Instant extend(QueueItem<T> item, Duration lease);

  /// Removes an item: its work is done.
  ///
  /// @throws LeaseLostException when the claim has ended; a claim of another is untouched
  void delete(QueueItem<T> item);

  /// Removes items: their work is done. Where the storage is far, one request serves for many.
  ///
  /// @throws LeaseLostException when the claim of one has ended, naming the first; the others are
  ///   deleted, and claims of other consumers are untouched
  void deleteAll(Collection<QueueItem<T>> items);

  /// Makes a claimed item available again, at once. Its delivery counts.
  ///
  /// @throws LeaseLostException when the claim has ended; a claim of another is untouched
  void release(QueueItem<T> item);

  /// Makes a claimed item available again after a delay. Its delivery counts.
  ///
  /// @param delay zero to [QueueRules#DELAY_MAX]
  /// @throws LeaseLostException when the claim has ended; a claim of another is untouched
  void release(QueueItem<T> item, Duration delay);

  /// Makes a claimed item available again after a delay, as if it had not been delivered: its count
  /// of deliveries is one less than it was. For consumers that have not tried the work.
  ///
  /// @param delay zero to [QueueRules#DELAY_MAX]
  /// @throws LeaseLostException when the claim has ended; a claim of another is untouched
  void putBack(QueueItem<T> item, Duration delay);

  /// Ends a claimed item as a dead letter, its bytes untouched.
  ///
  /// The letter is written first, then the item is removed. A process that dies in between leaves
  /// both, and the item will be handed out again; its letter has the same id.
  ///
  /// @throws LeaseLostException when the claim has ended; a claim of another is untouched
  void bury(QueueItem<T> item, DeadCause cause);

  /// Numbers of items.
  QueueCount count();

  /// The time at which the oldest item was created that is available or claimed.
  Optional<Instant> oldest();

  /// Removes all items that are available or claimed now, and the delayed ones where the storage
  /// can reach them. Their claims end.
  ///
  /// @return how many were removed, as exactly as the storage counts
  long purge();

  /// Removes the queue with all its items; dead letters stay. Consumers that wait for items get an
  /// [UnknownQueueException].
  void deleteQueue();

  /// Ends the use of the queue by this object: claims that wait end with [QueueClosedException],
  /// and what is claimed is available again at once, its delivery counted. Idempotent.
  @Override
  void close();
}
