package dev.phaseline.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.scheduler.policy.ScheduleState;
import dev.phaseline.scheduler.policy.StateFormat;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Schedules of one partition on disk: of each the record as it came, its state, and its trouble if
/// it has one. Record and state are apart, because the state changes with every run and the record
/// hardly ever. Owned by the thread of its task.
final class ScheduleStore {
  private final KeyValueStore<Bytes, byte[]> store;

  /// Kind of an entry, the first byte of its key. The order is the one on disk.
  private enum Kind {
    RECORD('d'),
    STATE('s'),
    TROUBLE('t');

    private final char code;

    Kind(char code) {
      this.code = code;
    }

    Bytes of(String id) {
      return Bytes.wrap((code + id).getBytes(UTF_8));
    }

    /// Behind all keys of this kind.
    Bytes end() {
      return Bytes.wrap(new byte[] {(byte) (code + 1)});
    }
  }

  ScheduleStore(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  byte @Nullable [] record(String id) {
    return store.get(Kind.RECORD.of(id));
  }

  @Nullable ScheduleState state(String id) {
    var bytes = store.get(Kind.STATE.of(id));
    return bytes == null ? null : StateFormat.read(bytes);
  }

  void putRecord(String id, byte[] record) {
    store.put(Kind.RECORD.of(id), record);
  }

  void putState(String id, ScheduleState state) {
    store.put(Kind.STATE.of(id), StateFormat.toBytes(state));
  }

  void putTrouble(String id, @Nullable String trouble) {
    if (trouble == null) store.delete(Kind.TROUBLE.of(id));
    else store.put(Kind.TROUBLE.of(id), trouble.getBytes(UTF_8));
  }

  void remove(String id) {
    for (var kind : Kind.values()) store.delete(kind.of(id));
  }

  void forEachState(BiConsumer<String, ScheduleState> taker) {
    forEach(Kind.STATE, (id, bytes) -> taker.accept(id, StateFormat.read(bytes)));
  }

  void forEachTrouble(BiConsumer<String, String> taker) {
    forEach(Kind.TROUBLE, (id, bytes) -> taker.accept(id, new String(bytes, UTF_8)));
  }

  private void forEach(Kind kind, BiConsumer<String, byte[]> taker) {
    try (var all = store.range(kind.of(""), kind.end())) {
      while (all.hasNext()) {
        var entry = all.next();
        taker.accept(new String(entry.key.get(), UTF_8).substring(1), entry.value);
      }
    }
  }
}
