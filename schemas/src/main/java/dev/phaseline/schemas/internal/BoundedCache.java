package dev.phaseline.schemas.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/// A cache that holds at most `entriesMax` entries and loads each missing key once, however many
/// threads ask for it. Thread-safe; a hit takes no lock.
///
/// Eviction is by generation: when the young half is full it becomes the old half and the former
/// old half is dropped; what is used moves back to the young one. So whatever is in use stays,
/// without a list that every reader would have to write to.
///
/// A failed load is told to all who waited for it and then forgotten: failures are not cached.
///
/// @param <K> with equality
/// @param <V> what is kept
public final class BoundedCache<K, V> {
  private final int generationMax;
  private final ConcurrentMap<K, CompletableFuture<V>> loading = new ConcurrentHashMap<>();
  private volatile ConcurrentMap<K, V> young = new ConcurrentHashMap<>();
  private volatile ConcurrentMap<K, V> old = new ConcurrentHashMap<>();

  /// @param entriesMax at least 2
  public BoundedCache(int entriesMax) {
    if (entriesMax < 2) throw new IllegalArgumentException("entriesMax < 2: " + entriesMax);
    generationMax = entriesMax / 2;
  }

  /// The value, if it is there.
  public @Nullable V peek(K key) {
    var value = young.get(key);
    if (value != null) return value;
    value = old.get(key);
    if (value != null) put(key, value);
    return value;
  }

  /// The value, loaded by the calling thread if nobody has it or is getting it.
  ///
  /// @throws InterruptException when the caller is interrupted while another thread loads
  public V get(K key, Function<? super K, ? extends V> loader) {
    while (true) {
      var value = peek(key);
      if (value != null) return value;
      var mine = new CompletableFuture<V>();
      var others = loading.putIfAbsent(key, mine);
      if (others == null) return load(key, loader, mine);
      value = await(others);
      if (value != null) return value;
    }
  }

  /// Keeps a value that became known in another way.
  public void put(K key, V value) {
    young.put(key, value);
    if (young.size() > generationMax) age();
  }

  /// Forgets a key.
  public void remove(K key) {
    young.remove(key);
    old.remove(key);
  }

  /// Number of entries now.
  public int size() {
    return young.size() + old.size();
  }

  private synchronized void age() {
    if (young.size() <= generationMax) return; // another thread was faster
    old = young;
    young = new ConcurrentHashMap<>();
  }

  private V load(K key, Function<? super K, ? extends V> loader, CompletableFuture<V> mine) {
    try {
      var value = loader.apply(key);
      put(key, value);
      mine.complete(value);
      return value;
    } catch (RuntimeException | Error failure) {
      mine.completeExceptionally(failure);
      throw failure;
    } finally {
      loading.remove(key, mine);
    }
  }

  /// Value that another thread loaded; null when that thread was interrupted, which says nothing
  /// about the key.
  private @Nullable V await(CompletableFuture<V> others) {
    try {
      return others.get();
    } catch (InterruptedException interrupted) {
      throw new InterruptException(interrupted);
    } catch (ExecutionException failed) {
      return switch (failed.getCause()) {
        case InterruptException ownersAlone -> null;
        case RuntimeException failure -> throw failure;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(failed);
      };
    }
  }
}
