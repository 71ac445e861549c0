package dev.phaseline.ops.tracker;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Write-back cache of a store: entries used last, decoded, and the changed ones that are not
/// written yet. An entry that changes several times between two commits is encoded and written
/// once.
///
/// Two generations: what was not used while the younger one filled up goes with the older one. That
/// is about what the order of last use would keep, without the cost of it at each use.
///
/// For one thread.
final class WriteBackCache<K, V> {
  private final int max;
  private final BiConsumer<K, V> writer;
  private final Predicate<V> settled;
  private final Map<K, V> changed = new HashMap<>();
  private Map<K, V> young = new HashMap<>();
  private Map<K, V> old = new HashMap<>();

  /// @param max how many a generation has
  /// @param writer writes one to the store
  /// @param settled whether it is not likely to be asked for again, once it is written
  WriteBackCache(int max, BiConsumer<K, V> writer, Predicate<V> settled) {
    this.max = max;
    this.writer = writer;
    this.settled = settled;
  }

  /// Entry in memory; null: the store may have it.
  @Nullable V get(K key) {
    var value = young.get(key);
    if (value != null) return value;
    value = old.get(key);
    if (value != null) put(key, value);
    return value;
  }

  /// Remembers what the store says, or what is new and is going to change.
  void put(K key, V value) {
    if (young.size() >= max) {
      forgetOld();
      old = young;
      young = new HashMap<>();
    }
    young.put(key, value);
  }

  /// An entry that is dropped must be in the store. What is not, is likely to change again first.
  private void forgetOld() {
    changed
        .entrySet()
        .removeIf(
            entry -> {
              if (young.containsKey(entry.getKey())) return false;
              writer.accept(entry.getKey(), entry.getValue());
              return true;
            });
  }

  /// Marks an entry as changed.
  void change(K key, V value) {
    changed.put(key, value);
  }

  /// Removes a key: it is neither remembered nor written.
  void remove(K key) {
    young.remove(key);
    old.remove(key);
    changed.remove(key);
  }

  /// Writes what has changed, and forgets what is settled: it would only grow old here, and what
  /// grows old is what a collector of garbage pays for.
  void flush() {
    changed.forEach(
        (key, value) -> {
          writer.accept(key, value);
          if (!settled.test(value)) return;
          young.remove(key);
          old.remove(key);
        });
    changed.clear();
  }
}
