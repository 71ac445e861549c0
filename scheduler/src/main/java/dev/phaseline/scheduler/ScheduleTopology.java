package dev.phaseline.scheduler;

import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.WallclockTimestampExtractor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/// Schedules beside timers, in two steps: ends of jobs go to the partition of their schedule, and
/// there they meet its definition. Why not one step: docs/decisions/0034.
///
/// @param parts of the processors
record ScheduleTopology(ScheduleParts parts) {
  // Kafka Streams numbers the parts of a topology by the names of their sources: these come after
  // "timers", so that the folders of timers on disk keep their names.
  private static final String ENDS = "watched-ends";
  private static final String DEFINITIONS = "wished-runs";

  void addTo(Topology topology) {
    var names = parts.names();
    topology.addSource(
        AutoOffsetReset.earliest(),
        ENDS,
        new WallclockTimestampExtractor(),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        names.jobs());
    topology.addProcessor("ends", JobEndRouter::new, ENDS);
    topology.addSink(
        "ends-by-schedule",
        names.scheduleEnds(),
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        "ends");
    topology.addSource(
        AutoOffsetReset.earliest(),
        DEFINITIONS,
        new WallclockTimestampExtractor(),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        names.schedules(),
        names.scheduleEnds());
    topology.addProcessor("runs", supplier(), DEFINITIONS);
    topology.addSink(
        "jobs",
        (byte[] key, OutgoingValue out, org.apache.kafka.streams.processor.RecordContext context) ->
            out.topic(),
        new ByteArraySerializer(),
        new OutgoingValue.ValueSerializer(),
        "runs");
  }

  private ProcessorSupplier<byte[], byte[], byte[], OutgoingValue> supplier() {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<byte[], byte[], byte[], OutgoingValue> get() {
        return new ScheduleProcessor(parts);
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(TimerTopology.onDisk(ScheduleProcessor.STORE));
      }
    };
  }
}
