package dev.phaseline.queue;

import dev.phaseline.core.Codec;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The queues of one storage: lists and opens them. Thread-safe.
public final class Queues implements AutoCloseable {
  private final QueueStorage storage;
  private final Set<JobQueue<?>> opened = ConcurrentHashMap.newKeySet();
  private volatile DeadLetters letters;
  private volatile boolean closed;

  private Queues(QueueStorage storage) {
    this.storage = storage;
    this.letters = storage.deadLetters();
  }

  /// The queues of a storage, which keeps their dead letters too. [#close()] closes the storage.
  public static Queues over(QueueStorage storage) {
    return new Queues(storage);
  }

  /// Directs the dead letters of queues that are opened from now on.
  ///
  /// @return this
  public Queues deadLettersTo(DeadLetters others) {
    letters = others;
    return this;
  }

  /// The names of the queues that exist, sorted.
  ///
  /// @throws QueueUnavailableException when the storage can't be reached
  public List<String> names() {
    return storage.names();
  }

  /// A queue with the default options, whether it exists or not.
  ///
  /// @param <T> the items' data
  /// @throws IllegalArgumentException when [QueueRules#checkName] refuses the name
  public <T> JobQueue<T> open(String name, Codec<T> codec) {
    return open(name, codec, QueueOptions.DEFAULT);
  }

  /// A queue, whether it exists or not.
  ///
  /// @param <T> the items' data
  /// @throws IllegalArgumentException when [QueueRules#checkName] refuses the name
  public <T> JobQueue<T> open(String name, Codec<T> codec, QueueOptions options) {
    QueueRules.checkName(name);
    if (closed) throw new QueueClosedException(name);
    var store = storage.open(name, options);
    var itemCodec = new ItemCodec<>(name, codec);
    var queue = new StoredQueue<>(name, options, itemCodec, store, letters, opened::remove);
    opened.add(queue);
    return queue;
  }

  /// Closes all queues that were opened here, and the storage. Idempotent.
  @Override
  public void close() {
    closed = true;
    List.copyOf(opened).forEach(JobQueue::close);
    storage.close();
  }
}
