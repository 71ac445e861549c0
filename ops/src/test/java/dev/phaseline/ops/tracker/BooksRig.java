package dev.phaseline.ops.tracker;

import dev.phaseline.schemas.TopicNames;
import dev.phaseline.schemas.reading.PassedOver;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.Stores;

/// Books over stores in memory, and those who answer from them. Not thread-safe.
final class BooksRig implements LocalShare.Access {
  private static final MockProcessorContext<Void, Void> CONTEXT = new MockProcessorContext<>();

  /// So few that most is written, forgotten and read back.
  private static final int CACHED = 3;

  final BookStores stores;
  final PhaseBooks phases;
  final PartitionJobs books;
  final List<String> ended = new ArrayList<>();
  final MergedStatus status;
  private final EventReader reader;
  private final EventBatches batches = new EventBatches(1, (_, events, atMs) -> take(events, atMs));
  private final Map<String, KeyValueStore<Bytes, byte[]>> byName = new HashMap<>();

  BooksRig(InstantSource clock) {
    this(clock, topic -> topic.contains("nosuch") ? 0 : 1);
  }

  /// @param marks of topics
  BooksRig(InstantSource clock, ToIntFunction<String> marks) {
    reader = new EventReader(TopicNames.DEFAULT, marks);
    stores =
        new BookStores(
            new BatchedStore(store(BookStores.JOBS)),
            new BatchedStore(store(BookStores.IDS)),
            new BatchedStore(store(BookStores.ITEMS)),
            new BatchedStore(store(BookStores.MARKS)),
            store(BookStores.TOTALS));
    phases = new PhaseBooks(stores.totals());
    books = new PartitionJobs(stores, phases, CACHED, job -> ended.add(job.id()));
    var share = new LocalShare(this, clock, Set.of(0));
    var owners =
        new MergedStatus.Owners() {
          @Override
          public TrackerShare of(String jobId) {
            return share;
          }

          @Override
          public List<TrackerShare> all() {
            return List.of(share);
          }
        };
    status =
        new MergedStatus(
            owners,
            () -> new TrackerState.Ready(0),
            new PassedOver((_, _, _) -> true),
            new StatusViews(TopicNames.DEFAULT, InFlight.UNKNOWN),
            clock);
  }

  private KeyValueStore<Bytes, byte[]> store(String name) {
    var store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
            .withLoggingDisabled()
            .withCachingDisabled()
            .build();
    store.init(CONTEXT.getStateStoreContext(), store);
    byName.put(name, store);
    return store;
  }

  private void take(byte[] events, long atMs) {
    EventBatches.read(events, event -> books.add(event, atMs));
  }

  void read(EventReader.Source record) {
    var event = reader.read(record);
    if (event != null) {
      batches.add(event);
      batches.flush();
    }
  }

  @Override
  public ReadOnlyKeyValueStore<Bytes, byte[]> store(String name, int partition) {
    books.flush(); // as before a commit
    return byName(name);
  }

  private KeyValueStore<Bytes, byte[]> byName(String name) {
    var store = byName.get(name);
    if (store == null) throw new AssertionError(name);
    return store;
  }

  /// How many entries a store has.
  long entries(String name) {
    books.flush();
    return byName(name).approximateNumEntries();
  }

  @Override
  public PhaseBooks phases(int partition) {
    return phases;
  }
}
