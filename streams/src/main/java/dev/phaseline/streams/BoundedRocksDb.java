package dev.phaseline.streams;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/// Bounds what RocksDB takes outside of the Java heap: all stores of an application share one
/// cache, and what they write is counted in it. By default, each store would have 50 MB of cache
/// and 48 MB of write buffers of its own.
///
/// Public because Kafka Streams makes it by its name. The size is that of the first instance of the
/// application in the process, and the memory is kept until the process ends. Thread-safe.
public final class BoundedRocksDb implements RocksDBConfigSetter {
  /// The setting for what all stores share, in bytes.
  public static final String CACHE_BYTES = "phaseline.rocksdb.cache.bytes";

  /// The setting for what one store collects before it writes a file, in bytes.
  public static final String WRITE_BUFFER_BYTES = "phaseline.rocksdb.write.buffer.bytes";

  private static final long CACHE_BYTES_DEFAULT = 96L << 20;
  private static final long WRITE_BUFFER_BYTES_DEFAULT = 8L << 20;
  private static final Map<String, Shared> BY_APPLICATION = new HashMap<>(); // guarded by itself

  /// @param cache for blocks that were read, indexes and filters
  /// @param writes what waits to be written, counted in the cache
  private record Shared(Cache cache, WriteBufferManager writes) {}

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    var application = String.valueOf(configs.get(StreamsConfig.APPLICATION_ID_CONFIG));
    var memory = shared(application, number(configs, CACHE_BYTES, CACHE_BYTES_DEFAULT));
    var table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(memory.cache());
    table.setCacheIndexAndFilterBlocks(true);
    table.setPinTopLevelIndexAndFilter(true);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(memory.writes());
    options.setWriteBufferSize(number(configs, WRITE_BUFFER_BYTES, WRITE_BUFFER_BYTES_DEFAULT));
    options.setMaxWriteBufferNumber(2);
  }

  @Override
  public void close(String storeName, Options options) {
    // what is shared outlives each store
  }

  private static long number(Map<String, Object> configs, String name, long otherwise) {
    var value = configs.get(name);
    return value == null ? otherwise : Long.parseLong(value.toString());
  }

  private static Shared shared(String application, long bytes) {
    synchronized (BY_APPLICATION) {
      return BY_APPLICATION.computeIfAbsent(application, _ -> made(bytes));
    }
  }

  private static Shared made(long bytes) {
    RocksDB.loadLibrary();
    var cache = new LRUCache(bytes);
    return new Shared(cache, new WriteBufferManager(bytes / 2, cache));
  }
}
