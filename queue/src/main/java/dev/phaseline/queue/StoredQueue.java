package dev.phaseline.queue;

import dev.phaseline.core.DeadKind;
import dev.phaseline.queue.QueueStore.Addition;
import dev.phaseline.queue.QueueStore.Counting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/// Queue over a store: everything that is the same for every storage, which is all but keeping
/// bytes. Thread-safe.
///
/// @param <T> the items' data
final class StoredQueue<T> implements JobQueue<T> {
  /// The least lease of a claim while its item is made a dead letter.
  private static final Duration BURIAL_LEASE = Duration.ofSeconds(30);

  private final String name;
  private final QueueOptions options;
  private final ItemCodec<T> codec;
  private final QueueStore store;
  private final DeadLetters letters;
  private final Consumer<JobQueue<?>> whenClosed;
  private volatile boolean closed;

  StoredQueue(
      String name,
      QueueOptions options,
      ItemCodec<T> codec,
      QueueStore store,
      DeadLetters letters,
      Consumer<JobQueue<?>> whenClosed) {
    this.name = name;
    this.options = options;
    this.codec = codec;
    this.store = store;
    this.letters = letters;
    this.whenClosed = whenClosed;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public QueueOptions options() {
    return options;
  }

  @Override
  public void create() {
    checkOpen();
    store.create();
  }

  @Override
  public String createItem(T data) {
    return createItem(data, ItemOptions.DEFAULT);
  }

  @Override
  public String createItem(T data, ItemOptions itemOptions) {
    return createItems(List.of(new NewItem<>(data, itemOptions))).getFirst();
  }

  @Override
  public List<String> createItems(Collection<NewItem<T>> items) {
    checkOpen();
    QueueRules.checkBatch(items.size());
    var additions = new ArrayList<Addition>(items.size());
    for (var item : items) additions.add(encoded(item));
    if (!additions.isEmpty()) store.add(additions);
    return additions.stream().map(addition -> addition.item().id()).toList();
  }

  private Addition encoded(NewItem<T> item) {
    if (item.data() == null) throw new ItemRefusedException(name, "its data is null");
    var itemOptions = item.options();
    var id = itemOptions.id().orElseGet(() -> UUID.randomUUID().toString());
    var bytes = codec.encode(store.address(), item.data());
    var stored = new StoredItem(id, itemOptions.headers(), bytes);
    var size = QueueRules.bytesOf(stored);
    if (size > options.itemBytesMax()) {
      throw new ItemRefusedException(
          name,
          "it has %,d bytes, at most %,d are allowed: keep the data elsewhere and put its address in the item"
              .formatted(size, options.itemBytesMax()));
    }
    return new Addition(stored, itemOptions.delay());
  }

  @Override
  public Optional<QueueItem<T>> claim(Duration lease) {
    try {
      return claim(1, lease, Duration.ZERO).stream().findFirst();
    } catch (InterruptedException interrupted) { // of a store that waits all the same
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public List<QueueItem<T>> claim(int max, Duration lease, Duration wait)
      throws InterruptedException {
    checkOpen();
    QueueRules.checkClaimMax(max);
    QueueRules.checkLease(lease);
    QueueRules.checkWait(wait);
    var startNanos = System.nanoTime();
    while (true) {
      var left = wait.minusNanos(System.nanoTime() - startNanos);
      var claims = store.claim(max, lease, left.isNegative() ? Duration.ZERO : left);
      if (claims.isEmpty()) {
        checkOpen(); // it may be what has ended the wait
        return List.of();
      }
      var items = usable(claims);
      if (!items.isEmpty()) return items; // otherwise all of them were dead: look once more
    }
  }

  /// The items of these claims that a consumer can work on; the others are dead letters now. When
  /// that fails, all that is left is available again, as if it had not been delivered.
  private List<QueueItem<T>> usable(List<Claim> claims) {
    var items = new ArrayList<QueueItem<T>>(claims.size());
    var ended = 0;
    try {
      for (var claim : claims) {
        switch (codec.decode(store.address(), claim.item().payload())) {
          case ItemCodec.Decoded.Data<T>(T data) -> {
            if (claim.deliveries() <= options.deliveriesMax())
              items.add(new QueueItem<>(this, name, claim, data));
            else bury(claim, neverEnded(claim));
          }
          case ItemCodec.Decoded.Undecodable<T> undecodable -> bury(claim, causeOf(undecodable));
        }
        ended++;
      }
      return items;
    } catch (RuntimeException | Error failed) {
      for (var item : items) giveBack(item.claim(), failed);
      for (var claim : claims.subList(ended, claims.size())) giveBack(claim, failed);
      throw failed;
    }
  }

  private void giveBack(Claim claim, Throwable because) {
    try {
      store.release(claim, Duration.ZERO, Counting.UNCOUNTED);
    } catch (RuntimeException alsoFailed) { // it is available when its lease ends
      because.addSuppressed(alsoFailed);
    }
  }

  private static DeadCause neverEnded(Claim claim) {
    var times = claim.deliveries() - 1;
    return new DeadCause(
        DeadKind.CRASHED,
        "delivered " + times + (times == 1 ? " time" : " times") + " without an end",
        null);
  }

  private static DeadCause causeOf(ItemCodec.Decoded.Undecodable<?> undecodable) {
    var thrown = undecodable.thrown();
    return thrown == null
        ? new DeadCause(DeadKind.UNDECODABLE, "the codec gave null for the data", null)
        : DeadCause.of(DeadKind.UNDECODABLE, "can't be decoded", thrown);
  }

  /// Writes the letter, then removes the item; a claim that has ended meanwhile changes nothing.
  private boolean bury(Claim claim, DeadCause cause) {
    if (store.extend(claim, BURIAL_LEASE).isEmpty()) return false;
    letters.add(new DeadItem(name, claim.item(), claim.created(), claim.deliveries(), cause));
    return store.delete(claim);
  }

  @Override
  public Instant extend(QueueItem<T> item, Duration lease) {
    QueueRules.checkLease(lease);
    var end = store.extend(own(item), lease).orElseThrow(() -> lost(item));
    item.leaseUntil(end);
    return end;
  }

  @Override
  public void delete(QueueItem<T> item) {
    if (!store.delete(own(item))) throw lost(item);
  }

  @Override
  public void deleteAll(Collection<QueueItem<T>> items) {
    var each = List.copyOf(items);
    var deleted = store.deleteAll(each.stream().map(this::own).toList());
    for (var i = 0; i < each.size(); i++) {
      if (!deleted.get(i)) throw lost(each.get(i));
    }
  }

  @Override
  public void release(QueueItem<T> item) {
    release(item, Duration.ZERO);
  }

  @Override
  public void release(QueueItem<T> item, Duration delay) {
    release(item, delay, Counting.COUNTED);
  }

  @Override
  public void putBack(QueueItem<T> item, Duration delay) {
    release(item, delay, Counting.UNCOUNTED);
  }

  private void release(QueueItem<T> item, Duration delay, Counting counting) {
    QueueRules.checkDelay(delay);
    if (!store.release(own(item), delay, counting)) throw lost(item);
  }

  @Override
  public void bury(QueueItem<T> item, DeadCause cause) {
    if (!bury(own(item), cause)) throw lost(item);
  }

  /// The claim of an item that was claimed here.
  private Claim own(QueueItem<T> item) {
    checkOpen();
    if (!item.isOf(this)) {
      throw new IllegalArgumentException(
          "item '"
              + item.id()
              + "' was claimed from "
              + (item.queue().equals(name) ? "another object of queue '" : "queue '")
              + item.queue()
              + "', not from this one of queue '"
              + name
              + "': a claim belongs to the object that made it");
    }
    return item.claim();
  }

  private LeaseLostException lost(QueueItem<T> item) {
    return new LeaseLostException(name, item.id());
  }

  @Override
  public QueueCount count() {
    checkOpen();
    return store.count();
  }

  @Override
  public Optional<Instant> oldest() {
    checkOpen();
    return store.oldest();
  }

  @Override
  public long purge() {
    checkOpen();
    return store.purge();
  }

  @Override
  public void deleteQueue() {
    checkOpen();
    store.drop();
  }

  @Override
  public void close() {
    closed = true;
    store.close();
    whenClosed.accept(this);
  }

  private void checkOpen() {
    if (closed) throw new QueueClosedException(name);
  }
}
