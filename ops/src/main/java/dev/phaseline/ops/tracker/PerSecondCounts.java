package dev.phaseline.ops.tracker;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/// Counts by second, in memory, and after each [#flush] in a store. A count of zero takes no room.
/// Written by one thread, [#counts] may be read by any.
final class PerSecondCounts {
  static final long MS = 1_000;

  private final ConcurrentSkipListMap<Long, Long> counts = new ConcurrentSkipListMap<>();
  private final Set<Long> changed = new HashSet<>();

  /// So many more of the second of this time.
  void add(long ms, int more) {
    Long second = ms / MS;
    var left = counts.merge(second, (long) more, Long::sum);
    if (left == 0) counts.remove(second);
    changed.add(second);
  }

  /// Takes in what [#flush] wrote.
  void read(byte[] key, byte[] value) {
    var second = ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
    counts.put(second, ByteBuffer.wrap(value).getLong());
  }

  /// Writes what has changed.
  ///
  /// @param prefix of the keys, which end with the second
  void flush(KeyValueStore<Bytes, byte[]> store, byte[] prefix) {
    for (var second : changed) {
      var key =
          Bytes.wrap(
              ByteBuffer.allocate(prefix.length + Long.BYTES).put(prefix).putLong(second).array());
      var count = counts.get(second);
      if (count == null) store.delete(key);
      else store.put(key, ByteBuffer.allocate(Long.BYTES).putLong(count).array());
    }
    changed.clear();
  }

  NavigableMap<Long, Long> counts() {
    return Collections.unmodifiableNavigableMap(counts);
  }
}
