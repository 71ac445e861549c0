package dev.phaseline.scheduler;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.WallclockTimestampExtractor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/// Timers in, records of any topic out: one processor with its stores between a source and a sink.
///
/// @param parts of the processors
record TimerTopology(TimerParts parts) {
  /// The largest record that the stores' own topics take; more than any timer may have.
  static final int STORED_BYTES_MAX = 16 << 20;

  /// A timer is written, fires and is gone: without these settings, the topics behind the stores
  /// would hold the remains of each for a day, and a restart would read them all.
  private static final Map<String, String> COMPACTED_SOON =
      Map.of(
          "segment.bytes", Integer.toString(64 << 20),
          "segment.ms", Long.toString(Duration.ofMinutes(10).toMillis()),
          "min.cleanable.dirty.ratio", "0.2",
          "delete.retention.ms", Long.toString(Duration.ofHours(1).toMillis()),
          "max.message.bytes", Integer.toString(STORED_BYTES_MAX));

  Topology build() {
    var topology = new Topology();
    // Anybody may write timers, with any timestamp; it means nothing here, but a negative one
    // would stop the default extractor.
    topology.addSource(
        AutoOffsetReset.earliest(),
        "timers",
        new WallclockTimestampExtractor(),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        parts.names().timers());
    topology.addProcessor("agenda", supplier(), "timers");
    topology.addSink(
        "targets",
        (byte[] key, OutgoingValue out, org.apache.kafka.streams.processor.RecordContext context) ->
            out.topic(),
        new ByteArraySerializer(),
        new OutgoingValue.ValueSerializer(),
        "agenda");
    return topology;
  }

  private ProcessorSupplier<byte[], byte[], byte[], OutgoingValue> supplier() {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<byte[], byte[], byte[], OutgoingValue> get() {
        return new TimerProcessor(parts);
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(
            onDisk(TimerProcessor.TIMERS),
            // Written for each timer, so it is cached: one record for each commit.
            Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore(TimerProcessor.TOTALS),
                    Serdes.Bytes(),
                    Serdes.ByteArray())
                .withLoggingEnabled(COMPACTED_SOON)
                .withCachingEnabled());
      }
    };
  }

  static StoreBuilder<KeyValueStore<Bytes, byte[]>> onDisk(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
        .withLoggingEnabled(COMPACTED_SOON)
        .withCachingDisabled();
  }
}
