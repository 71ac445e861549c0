package dev.phaseline.ops.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/// Owners of the partitions and the local stores, from Kafka Streams. Thread-safe.
///
/// @param streams stays the caller's to close
/// @param phases of the partitions that are here
/// @param self where this tracker is reached
/// @param state what it is at
/// @param http asks the others
/// @param clock what time it is
record StreamsAccess(
    KafkaStreams streams,
    Map<Integer, PhaseBooks> phases,
    HostInfo self,
    Supplier<TrackerState> state,
    HttpClient http,
    InstantSource clock)
    implements LocalShare.Access, MergedStatus.Owners {

  @Override
  public ReadOnlyKeyValueStore<Bytes, byte[]> store(String name, int partition) {
    checkReady();
    try {
      return streams.store(
          StoreQueryParameters.fromNameAndType(
                  name, QueryableStoreTypes.<Bytes, byte[]>keyValueStore())
              .withPartition(partition));
    } catch (InvalidStateStoreException notNow) {
      throw restoring();
    }
  }

  @Override
  public PhaseBooks phases(int partition) {
    checkReady();
    var books = phases.get(partition);
    if (books == null) throw restoring();
    return books;
  }

  /// Local share of these partitions.
  TrackerShare local(Set<Integer> partitions) {
    checkReady();
    return new GuardedShare(new LocalShare(this, clock, partitions), this::restoring);
  }

  @Override
  public TrackerShare of(String jobId) {
    checkReady();
    KeyQueryMetadata owner;
    try {
      owner = streams.queryMetadataForKey(BookStores.JOBS, key(jobId), new TrackerTopology.ByJob());
    } catch (IllegalStateException notRunning) {
      throw restoring();
    }
    if (owner == null || owner.equals(KeyQueryMetadata.NOT_AVAILABLE)) throw restoring();
    return share(owner.activeHost(), Set.of(owner.partition()));
  }

  /// An empty id is nobody's, but has to be asked for somewhere.
  private static byte[] key(String jobId) {
    return (jobId.isEmpty() ? "?" : jobId).getBytes(UTF_8);
  }

  @Override
  public List<TrackerShare> all() {
    checkReady();
    var shares = new ArrayList<TrackerShare>();
    var covered = new TreeSet<Integer>();
    try {
      for (var one : streams.streamsMetadataForStore(BookStores.JOBS)) {
        var partitions = partitions(one);
        if (partitions.isEmpty()) continue;
        covered.addAll(partitions);
        shares.add(share(one.hostInfo(), partitions));
      }
    } catch (IllegalStateException notRunning) {
      throw restoring();
    }
    if (covered.size() < TrackerTopology.PARTITIONS) throw restoring();
    return shares;
  }

  private static Set<Integer> partitions(StreamsMetadata one) {
    var partitions = new TreeSet<Integer>();
    for (var partition : one.topicPartitions()) {
      if (partition.topic().endsWith("-events-repartition")) partitions.add(partition.partition());
    }
    return partitions;
  }

  private TrackerShare share(HostInfo host, Set<Integer> partitions) {
    return host.equals(self) ? local(partitions) : new PeerShare(http, host, partitions);
  }

  private void checkReady() {
    switch (state.get()) {
      case TrackerState.Ready ready -> {
        // goes on
      }
      case TrackerState.Restoring now -> throw new RestoringException(now);
      case TrackerState.Failed failed -> throw new UnavailableException(failed.reason(), null);
    }
  }

  private RestoringException restoring() {
    return new RestoringException(
        state.get() instanceof TrackerState.Restoring now ? now : new TrackerState.Restoring(0, 0));
  }
}
