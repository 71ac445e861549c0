package dev.phaseline.ops.tracker;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// A store that is written many entries at a time, because each call costs more than what it
/// writes. Reads of its own see what was put; others see it after the next [#write].
///
/// For the thread of its task.
final class BatchedStore {
  private static final int ENTRIES_MAX = 1_000;

  private final KeyValueStore<Bytes, byte[]> store;
  private final List<KeyValue<Bytes, byte[]>> waiting = new ArrayList<>();

  BatchedStore(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  /// @param value null: the entry is to be deleted. The store's own `delete` reads it first
  void put(Bytes key, byte @Nullable [] value) {
    waiting.add(new KeyValue<>(key, value));
    if (waiting.size() >= ENTRIES_MAX) write();
  }

  void delete(Bytes key) {
    put(key, null);
  }

  byte @Nullable [] get(Bytes key) {
    write();
    return store.get(key);
  }

  /// To be closed by the caller.
  KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
    write();
    return store.range(from, to);
  }

  /// To be closed by the caller.
  KeyValueIterator<Bytes, byte[]> reverseRange(Bytes from, Bytes to) {
    write();
    return store.reverseRange(from, to);
  }

  /// Writes what was put since the last time.
  void write() {
    if (waiting.isEmpty()) return;
    store.putAll(waiting);
    waiting.clear();
  }
}
