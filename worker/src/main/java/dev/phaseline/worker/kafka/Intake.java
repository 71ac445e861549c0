package dev.phaseline.worker.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.core.engine.EarlierAttempts;
import dev.phaseline.core.engine.Source;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.RecordSize;
import dev.phaseline.worker.item.KafkaItem;
import dev.phaseline.worker.topic.TopicGuard;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The reading side of a lane: hands records on in portions, so that the lane can say "enough" in
/// between and its limits hold to the record. What one poll brought beyond a portion waits here,
/// while nothing more is fetched. Owned by the lane's thread.
final class Intake {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
  private static final Duration SINCE_MAX = Duration.ofDays(36_500);
  private static final long MIXED_PARK_NANOS = 10_000_000L;
  private static final long UNSURE_PARK_NANOS = 2_000_000L;

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final long portionBytes;
  private final LongConsumer park;
  private final TopicGuard guard;
  private final Deque<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();
  private final Map<Integer, Long> nextOffsets = new HashMap<>(); // to be told after `waiting`

  /// Next offset that the broker sends, of each assigned partition. The consumer is not asked which
  /// these are: it forgets those that it has lost on a thread of its own, at any moment after it
  /// has said so, and refuses a call about one that it has just named.
  private final Map<Integer, Long> positions = new HashMap<>();

  private final Set<Integer> paused = new HashSet<>();
  private final Map<Integer, String> stopped = new HashMap<>();
  private boolean holding; // nothing is fetched until `waiting` is empty

  /// @param portionBytes what is handed on at once, or one record if that is larger
  /// @param guard whose topic it is
  /// @param park waits so many nanoseconds, or until there is news from outside of Kafka
  Intake(
      Consumer<byte[], byte[]> consumer,
      String topic,
      long portionBytes,
      TopicGuard guard,
      LongConsumer park) {
    this.consumer = consumer;
    this.topic = topic;
    this.portionBytes = portionBytes;
    this.guard = guard;
    this.park = park;
  }

  /// Keeps the membership alive, then hands on at most one portion, of the topic that the lane
  /// knows.
  ///
  /// @throws TopicReplacedException when there is another one under its name
  void poll(long maxWaitNanos, Source.Listener to) {
    try {
      take(records(waitNanos(maxWaitNanos)));
    } catch (OffsetOutOfRangeException gone) {
      if (guard.isSure()) stop(gone); // else it comes again, if it is this topic's
    }
    if (guard.isSure()) handOn(to);
    hold();
  }

  private long waitNanos(long maxWaitNanos) {
    if (!guard.isSure()) return Math.min(maxWaitNanos, UNSURE_PARK_NANOS);
    return waiting.isEmpty() || isHeldBack() ? maxWaitNanos : 0;
  }

  /// The records of one poll, which is never told to wait while a partition is paused: with records
  /// of it in its buffer, Kafka's consumer does not wait but spins for as long as it may
  /// (KAFKA-21084). Whether it has such can't be asked, so the waiting is done here. Heartbeats go
  /// out from Kafka's own thread, callbacks run in the next poll.
  private ConsumerRecords<byte[], byte[]> records(long maxWaitNanos) {
    if (maxWaitNanos <= 0 || !isPausedSomewhere()) {
      return consumer.poll(Duration.ofNanos(maxWaitNanos));
    }
    var records = consumer.poll(Duration.ZERO);
    if (!records.isEmpty() || !isPausedSomewhere()) return records;
    var flows = !holding && !flowing(positions.keySet()).isEmpty();
    park.accept(flows ? Math.min(maxWaitNanos, MIXED_PARK_NANOS) : maxWaitNanos);
    return records;
  }

  private boolean isPausedSomewhere() {
    return holding || !paused.isEmpty() || !stopped.isEmpty();
  }

  private void take(ConsumerRecords<byte[], byte[]> records) {
    for (var record : records) waiting.addLast(record);
    records
        .nextOffsets()
        .forEach(
            (partition, next) -> {
              nextOffsets.put(partition.partition(), next.offset());
              positions.replace(partition.partition(), next.offset());
            });
  }

  /// Reads a partition that was assigned, from here on.
  void begin(TopicPartition partition, long from) {
    consumer.seek(partition, from);
    positions.put(partition.partition(), from);
    if (holding) consumer.pause(List.of(partition));
  }

  private boolean isHeldBack() {
    for (var record : waiting) if (!paused.contains(record.partition())) return false;
    return true;
  }

  private void handOn(Source.Listener to) {
    var bytes = 0L;
    var first = true;
    while (!waiting.isEmpty() && !paused.contains(waiting.getFirst().partition())) {
      var weight = RecordSize.of(waiting.getFirst());
      if (!first && bytes + weight > portionBytes) return;
      bytes += weight;
      first = false;
      var record = waiting.removeFirst();
      to.fetched(new KafkaItem(record, weight), earlier(record.headers()));
    }
    if (!waiting.isEmpty()) return;
    nextOffsets.forEach(to::moved);
    nextOffsets.clear();
  }

  /// The earlier attempts of an item that comes back. A header that can't be read is reported with
  /// the item, and counts for nothing here.
  private static @Nullable EarlierAttempts earlier(Headers headers) {
    var attempt = headers.lastHeader(HeaderNames.ATTEMPT);
    if (attempt == null || attempt.value() == null) return null;
    try {
      var next = Integer.parseInt(new String(attempt.value(), UTF_8));
      return next < 1 ? null : new EarlierAttempts(next, System.nanoTime() - sinceFirst(headers));
    } catch (NumberFormatException notANumber) {
      return null;
    }
  }

  private static long sinceFirst(Headers headers) {
    var first = headers.lastHeader(HeaderNames.FIRST_START);
    if (first == null || first.value() == null) return 0;
    try {
      var since = Duration.between(Instant.parse(new String(first.value(), UTF_8)), Instant.now());
      if (since.isNegative()) return 0; // another server's clock
      return since.compareTo(SINCE_MAX) < 0 ? since.toNanos() : SINCE_MAX.toNanos();
    } catch (DateTimeParseException notATime) {
      return 0;
    }
  }

  /// Stops fetching while something waits, and only then.
  private void hold() {
    if (holding == !waiting.isEmpty()) return;
    holding = !waiting.isEmpty();
    if (holding) consumer.pause(read(positions.keySet()));
    else consumer.resume(flowing(positions.keySet()));
  }

  /// Whether everything was handed on of a partition that the broker had to give when it was asked
  /// last; false as well while that is not known.
  boolean isCaughtUp(int partition) {
    if (!positions.containsKey(partition)) return false;
    for (var record : waiting) if (record.partition() == partition) return false;
    try {
      return consumer.currentLag(new TopicPartition(topic, partition)).orElse(-1) == 0;
    } catch (KafkaException | IllegalStateException notNow) {
      return false; // the consumer may have lost it a moment ago
    }
  }

  private List<TopicPartition> flowing(Collection<Integer> partitions) {
    return read(
        partitions.stream().filter(p -> !paused.contains(p) && !stopped.containsKey(p)).toList());
  }

  /// Assigned partitions among these.
  private List<TopicPartition> read(Collection<Integer> partitions) {
    return partitions.stream()
        .filter(positions::containsKey)
        .map(partition -> new TopicPartition(topic, partition))
        .toList();
  }

  private void stop(OffsetOutOfRangeException gone) {
    // Retention or truncation has eaten what was not read. Going on from anywhere else would skip
    // or repeat work, and no program can know which of the two is meant.
    for (var partition : gone.partitions()) {
      stop(
          partition,
          partition
              + " can't be read at offset "
              + gone.offsetOutOfRangePartitions().get(partition)
              + " any more: retention or truncation has removed it; set the group's offset by hand"
              + " (kafka-consumer-groups --reset-offsets) and start again");
    }
  }

  /// Reads no more of a partition until it changes hands.
  void stop(TopicPartition partition, String why) {
    if (!positions.containsKey(partition.partition())) return; // its next owner finds it too
    LOG.error("partition stopped: {}", why);
    stopped.put(partition.partition(), why);
    consumer.pause(List.of(partition));
  }

  /// Whether no partition is read here.
  boolean isIdle() {
    return positions.isEmpty();
  }

  /// Next offset of each partition that is handed on.
  Map<Integer, Long> positions() {
    var next = new HashMap<>(positions);
    for (var record : waiting) {
      next.computeIfPresent(record.partition(), (_, at) -> Math.min(at, record.offset()));
    }
    return next;
  }

  /// The partitions that can't be read, and why.
  Map<Integer, String> stopped() {
    return Map.copyOf(stopped);
  }

  void pause(Collection<Integer> partitions) {
    paused.addAll(partitions);
    consumer.pause(read(partitions));
  }

  void resume(Collection<Integer> partitions) {
    paused.removeAll(partitions);
    if (holding) return;
    consumer.resume(flowing(partitions));
  }

  /// These partitions have changed hands: what waits of them is for their next owner to read.
  void forget(Collection<Integer> partitions) {
    positions.keySet().removeAll(partitions);
    stopped.keySet().removeAll(partitions);
    paused.removeAll(partitions);
    nextOffsets.keySet().removeAll(partitions);
    waiting.removeIf(record -> partitions.contains(record.partition()));
  }
}
