package dev.phaseline.bench;

import dev.phaseline.bench.contender.Item;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Reads the sink as everyone else does, committed records only, and says whether every item is
/// there exactly once. Not thread-safe.
final class Audit implements AutoCloseable {
  private static final Duration TURN = Duration.ofMillis(200);

  /// A listener for each item's first arrival.
  interface Arrival {
    void of(long id, byte[] payload, long atNanos);
  }

  private final Consumer<byte[], byte[]> consumer;
  private final int clockFrom;
  private final BitSet seen;
  private final long[] ends;
  private int items;
  private long duplicates;
  private long foreign;

  /// @param items ids from 0 to this, excluded, are expected
  /// @param clockFrom items from this id on are what [#ends] is about
  Audit(String bootstrap, String sink, int partitions, int items, int clockFrom) {
    this.items = items;
    this.clockFrom = clockFrom;
    this.seen = new BitSet(items);
    this.ends = new long[partitions];
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                10_000),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    var all = IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(sink, p)).toList();
    consumer.assign(all);
    consumer.seekToBeginning(all);
  }

  /// Reads what is there now, or waits a moment for more. Says whether there was anything.
  boolean turn(Arrival arrival) {
    var records = consumer.poll(TURN);
    var now = System.nanoTime();
    for (var record : records) {
      var payload = record.value();
      var id = payload.length < Item.BYTES_MIN ? -1 : Item.id(payload);
      if (id < 0 || id >= items) {
        foreign++;
      } else if (seen.get((int) id)) {
        duplicates++;
      } else {
        seen.set((int) id);
        if (id >= clockFrom) ends[record.partition()] = record.offset() + 1;
        arrival.of(id, payload, now);
      }
    }
    return !records.isEmpty();
  }

  /// Reads until every item is seen, or nothing new comes for as long as `patience`.
  void readAll(Duration patience) {
    readUntil(items, patience);
  }

  /// Reads until so many items are seen, or nothing new comes for as long as `patience`.
  void readUntil(int count, Duration patience) {
    var deadline = System.nanoTime() + patience.toNanos();
    while (seen.cardinality() < count && System.nanoTime() < deadline) {
      if (turn((_, _, _) -> {})) deadline = System.nanoTime() + patience.toNanos();
    }
  }

  /// Reads what is left up to the present end of the sink. To be called when nobody writes any
  /// more: only then does "no duplicates" mean anything.
  void readRest() {
    var targets = consumer.endOffsets(consumer.assignment());
    var deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (System.nanoTime() < deadline) {
      var all = true;
      for (var target : targets.entrySet()) {
        all &= consumer.position(target.getKey()) >= target.getValue();
      }
      if (all) return;
      turn((_, _, _) -> {});
    }
    throw new BenchException("the sink can't be read to its end within 30 s");
  }

  int count() {
    return seen.cardinality();
  }

  /// Expects fewer items than it was made for.
  void expect(int fewer) {
    items = fewer;
  }

  /// For each partition, one more than the offset of the last item that the clock waits for.
  long[] ends() {
    return ends.clone();
  }

  /// The problems; empty when every item is there exactly once.
  List<String> problems() {
    var out = new ArrayList<String>();
    var missing = items - seen.cardinality();
    if (missing > 0) {
      out.add(missing + " of " + items + " items are missing, first " + seen.nextClearBit(0));
    }
    if (duplicates > 0) out.add(duplicates + " items are there more than once");
    if (foreign > 0) out.add(foreign + " records are no items of this round");
    return out;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
