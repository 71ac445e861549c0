package dev.phaseline.ops.tracker;

import java.util.Map;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;
import org.jspecify.annotations.Nullable;

/// Calls back before each commit of its task, so that what was gathered since the last one is in
/// the same transaction as the offsets it came from.
///
/// It is a store because stores are what Kafka Streams asks to write what they hold back, and it is
/// one of those that have a cache because only these are asked at every commit: at others the flush
/// is left out when exactly-once makes it needless. It holds nothing itself.
///
/// For the thread of its task.
final class BeforeCommit implements StateStore, CachedStateStore<byte[], byte[]> {
  private final String name;
  private @Nullable Runnable hook;
  private boolean open;

  private BeforeCommit(String name) {
    this.name = name;
  }

  static StoreBuilder<BeforeCommit> builder(String name) {
    return new Builder(name);
  }

  /// From now on calls this; null: nobody.
  void call(@Nullable Runnable another) {
    hook = another;
  }

  @Override
  public void flushCache() {
    if (hook != null) hook.run();
  }

  @Override
  public void clearCache() {
    // holds nothing
  }

  @Override
  public boolean setFlushListener(
      CacheFlushListener<byte[], byte[]> listener, boolean sendOldValues) {
    return false; // nothing that it holds is forwarded
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    context.register(root, (_, _) -> {}); // there is nothing to restore
    open = true;
  }

  @Override
  public void close() {
    open = false;
    hook = null;
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  /// Makes one for each task; without a topic behind it.
  private record Builder(String name) implements StoreBuilder<BeforeCommit> {
    @Override
    public BeforeCommit build() {
      return new BeforeCommit(name);
    }

    @Override
    public StoreBuilder<BeforeCommit> withCachingEnabled() {
      return this;
    }

    @Override
    public StoreBuilder<BeforeCommit> withCachingDisabled() {
      return this;
    }

    @Override
    public StoreBuilder<BeforeCommit> withLoggingEnabled(Map<String, String> config) {
      throw new UnsupportedOperationException("there is nothing to log");
    }

    @Override
    public StoreBuilder<BeforeCommit> withLoggingDisabled() {
      return this;
    }

    @Override
    public Map<String, String> logConfig() {
      return Map.of();
    }

    @Override
    public boolean loggingEnabled() {
      return false;
    }
  }
}
