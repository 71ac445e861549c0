package dev.phaseline.ops.tracker;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/// Bounds what RocksDB takes outside of the Java heap: all stores of the process share one cache,
/// and what they write is counted in it.
///
/// Public because Kafka Streams makes it by its name. The size is the first tracker's of the
/// process, and the memory is kept until the process ends. Thread-safe.
public final class BoundedRocksDb implements RocksDBConfigSetter {
  static final String BYTES = "phaseline.tracker.cache.bytes";
  static final long BYTES_DEFAULT = 192L << 20;
  private static final long WRITE_BUFFER_BYTES = 16L << 20;
  private static @Nullable Shared shared;

  /// @param cache for blocks that were read, indexes and filters
  /// @param writes what waits to be written, counted in the cache
  private record Shared(Cache cache, WriteBufferManager writes) {}

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    var bytes = configs.get(BYTES);
    var memory = shared(bytes == null ? BYTES_DEFAULT : Long.parseLong(bytes.toString()));
    var table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(memory.cache());
    table.setCacheIndexAndFilterBlocks(true);
    table.setPinTopLevelIndexAndFilter(true);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(memory.writes());
    options.setWriteBufferSize(WRITE_BUFFER_BYTES);
    options.setMaxWriteBufferNumber(2);
  }

  @Override
  public void close(String storeName, Options options) {
    // what is shared outlives each store
  }

  private static synchronized Shared shared(long bytes) {
    if (shared == null) {
      RocksDB.loadLibrary();
      var cache = new LRUCache(bytes);
      shared = new Shared(cache, new WriteBufferManager(bytes / 2, cache));
    }
    return shared;
  }
}
