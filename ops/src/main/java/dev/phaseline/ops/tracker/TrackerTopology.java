package dev.phaseline.ops.tracker;

import dev.phaseline.schemas.TopicNames;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/// All topics of the work in; one event for each record, by job; stores; the ends of jobs out.
///
/// @param names the namespace
/// @param setting of the books
record TrackerTopology(TopicNames names, BooksProcessor.Setting setting) {
  /// Of the topic in which events are on their way to who keeps their job.
  static final String EVENTS = "events";

  /// The partitions of all trackers' events. Fixed: a job is found by it.
  static final int PARTITIONS = 4;

  /// Every topic of a pipeline, of today and tomorrow, the timers, and those that were refused.
  Pattern sources() {
    return Pattern.compile(
        "%s|%s|%s"
            .formatted(
                Pattern.quote(names.timers()),
                Pattern.quote(names.timersDead()),
                names.pipelineTopics().pattern()));
  }

  Topology build() {
    var builder = new StreamsBuilder();
    // Anybody may write records, with any timestamp; a negative one would stop the default.
    TimestampExtractor timestamps = (record, partitionMs) -> Math.max(0, record.timestamp());
    builder.stream(
            sources(),
            Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
                .withTimestampExtractor(timestamps)
                .withOffsetResetPolicy(AutoOffsetReset.earliest()))
        .process(reading())
        .repartition(
            Repartitioned.<byte[], byte[]>as(EVENTS)
                .withKeySerde(Serdes.ByteArray())
                .withValueSerde(Serdes.ByteArray())
                .withNumberOfPartitions(setting.partitions())
                .withStreamPartitioner(new AsKeyed()))
        .process(books())
        .to(names.jobs(), Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
    return builder.build();
  }

  /// Finds who keeps a job.
  static final class ByJob implements StreamPartitioner<byte[], byte[]> {
    @Override
    public Optional<Set<Integer>> partitions(String topic, byte[] key, byte[] value, int count) {
      return Optional.of(Set.of(BuiltInPartitioner.partitionForKey(key, count)));
    }
  }

  /// A batch goes where its key says.
  private static final class AsKeyed implements StreamPartitioner<byte[], byte[]> {
    @Override
    public Optional<Set<Integer>> partitions(String topic, byte[] key, byte[] value, int count) {
      return Optional.of(Set.of((int) key[0]));
    }
  }

  private ProcessorSupplier<byte[], byte[], byte[], byte[]> reading() {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<byte[], byte[], byte[], byte[]> get() {
        return new ReadingProcessor(names, setting.partitions(), setting.ids());
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(BeforeCommit.builder(ReadingProcessor.COMMITS));
      }
    };
  }

  private ProcessorSupplier<byte[], byte[], byte[], byte[]> books() {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<byte[], byte[], byte[], byte[]> get() {
        return new BooksProcessor(names, setting);
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(
            onDisk(BookStores.JOBS),
            onDisk(BookStores.IDS),
            onDisk(BookStores.ITEMS),
            onDisk(BookStores.MARKS),
            Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore(BookStores.TOTALS),
                    Serdes.Bytes(),
                    Serdes.ByteArray())
                .withLoggingEnabled(TrackerTopics.COMPACTED_SOON)
                .withCachingDisabled(),
            BeforeCommit.builder(BooksProcessor.COMMITS));
      }
    };
  }

  /// Without Kafka's cache: [PartitionJobs] has one of its own, of what the bytes mean.
  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> onDisk(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
        .withLoggingEnabled(TrackerTopics.COMPACTED_SOON)
        .withCachingDisabled();
  }
}
