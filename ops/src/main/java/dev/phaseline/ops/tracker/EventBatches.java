package dev.phaseline.ops.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.ops.accounting.CompactFormat;
import dev.phaseline.ops.accounting.ItemEvent;
import java.util.Arrays;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/// Batches of events on their way to the tracker that owns their job: many in one record, because a
/// record of its own costs more than all that is done with an event. For one thread.
final class EventBatches {
  /// Long enough that a record's own cost is nothing, far below what a broker takes.
  private static final int BYTES_FULL = 32 << 10;

  private final Batch[] batches;
  private final Sink sink;

  /// The target of batches.
  interface Sink {
    /// Sends one.
    ///
    /// @param partition of who keeps these jobs
    /// @param events one or more
    /// @param atMs the latest of their times
    void send(int partition, byte[] events, long atMs);
  }

  /// A batch that is open.
  private static final class Batch {
    final CompactFormat.Out out = new CompactFormat.Out();
    long atMs;
  }

  EventBatches(int partitions, Sink sink) {
    this.batches = new Batch[partitions];
    Arrays.setAll(batches, _ -> new Batch());
    this.sink = sink;
  }

  /// Partition that owns a job.
  static int partition(String job, int partitions) {
    return BuiltInPartitioner.partitionForKey(job.getBytes(UTF_8), partitions);
  }

  /// Adds an event; one without a job goes to all.
  void add(ItemEvent event) {
    if (event.job().isEmpty()) {
      for (var i = 0; i < batches.length; i++) add(i, event);
    } else {
      add(partition(event.job(), batches.length), event);
    }
  }

  private void add(int partition, ItemEvent event) {
    var batch = batches[partition];
    event.write(batch.out);
    batch.atMs = Math.max(batch.atMs, event.atMs());
    if (batch.out.size() >= BYTES_FULL) send(partition);
  }

  /// Sends all that are open.
  void flush() {
    for (var i = 0; i < batches.length; i++) {
      if (batches[i].out.size() > 0) send(i);
    }
  }

  private void send(int partition) {
    var batch = batches[partition];
    var atMs = batch.atMs;
    batch.atMs = 0;
    sink.send(partition, batch.out.take(), atMs);
  }

  /// Reads a batch in the order in which it was written.
  static void read(byte[] events, Consumer<ItemEvent> each) {
    for (var in = new CompactFormat.In(events); in.hasMore(); ) each.accept(ItemEvent.read(in));
  }
}
