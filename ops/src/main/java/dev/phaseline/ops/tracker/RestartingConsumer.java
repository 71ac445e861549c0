package dev.phaseline.ops.tracker;

import dev.phaseline.schemas.reading.GuardedConsumer;
import dev.phaseline.schemas.reading.PassedOver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;

/// A consumer that begins at the first record of a topic that was made anew, and passes over
/// records that can't be read. Kafka's own goes on at the offset that it had in the topic that is
/// gone, and leaves out what is before it. For one thread, as any consumer.
final class RestartingConsumer extends GuardedConsumer {
  private final TopicIds ids;
  private final Map<TopicPartition, Long> next = new HashMap<>();
  private TopicIds.Known seen;

  private RestartingConsumer(
      Map<String, Object> settings, SparedValues values, TopicIds ids, PassedOver passed) {
    super(settings, values, passed);
    this.ids = ids;
    this.seen = ids.all();
  }

  /// Makes the consumers of a tracker.
  ///
  /// @param values of which topics are looked at
  /// @param passed keeps what can't be read
  static DefaultKafkaClientSupplier supplier(SparedValues values, TopicIds ids, PassedOver passed) {
    return new DefaultKafkaClientSupplier() {
      @Override
      public Consumer<byte[], byte[]> getConsumer(Map<String, Object> settings) {
        return new RestartingConsumer(settings, values, ids, passed);
      }
    };
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration atMost) {
    var now = ids.all();
    if (now.version() != seen.version()) beginAnew(now);
    var records = super.poll(atMost);
    var isBack = false;
    for (var partition : records.partitions()) {
      var all = records.records(partition);
      var after = next.put(partition, all.getLast().offset() + 1);
      isBack |= after != null && all.getFirst().offset() < after;
    }
    if (isBack) settle(records.partitions());
    return records;
  }

  /// Seeks the assigned partitions whose topic was replaced to the beginning.
  private void beginAnew(TopicIds.Known now) {
    var anew = new ArrayList<TopicPartition>();
    for (var partition : assignment()) {
      var isAnother = seen.hasReplaced(partition.topic(), now);
      if (isAnother && next.containsKey(partition)) anew.add(partition);
    }
    seen = now;
    next.keySet().retainAll(assignment());
    anew.forEach(next::remove);
    if (!anew.isEmpty()) seekToBeginning(anew);
  }

  /// A partition that went back by itself was sent to the beginning by Kafka, since the new topic
  /// is shorter, or to what is committed. What was read of the new one is not read again.
  private void settle(Set<TopicPartition> read) {
    var before = seen;
    ids.look();
    var now = ids.all();
    var others =
        List.copyOf(assignment()).stream()
            .filter(one -> !read.contains(one) && next.containsKey(one))
            .filter(one -> before.hasReplaced(one.topic(), now))
            .toList();
    seen = now;
    others.forEach(next::remove);
    if (!others.isEmpty()) seekToBeginning(others);
  }
}
