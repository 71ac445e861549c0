package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// What a topic holds for readers of committed records, from its first record on.
public final class TopicView implements AutoCloseable {
  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions = new ArrayList<>();
  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

  TopicView(Map<String, Object> client, String topic) {
    this.topic = topic;
    var settings = new HashMap<>(client);
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", false);
    settings.put("max.poll.records", 10_000);
    this.consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    for (var info : consumer.partitionsFor(topic)) {
      partitions.add(new TopicPartition(topic, info.partition()));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /// Reads what there is now, to the end, and gives all that was ever read.
  public List<ConsumerRecord<byte[], byte[]>> read() {
    var ends = consumer.endOffsets(partitions);
    while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
      consumer.poll(Duration.ofMillis(100)).forEach(records::add);
    }
    return List.copyOf(records);
  }

  /// Waits until there are at least so many records, for as long as more of them come, and gives
  /// all there are then.
  public List<ConsumerRecord<byte[], byte[]>> await(int count) {
    while (records.size() < count) {
      var before = records.size();
      Wait.until(
          count + " records in " + topic + ", of which " + before + " came; another one",
          () -> {
            consumer.poll(Duration.ofMillis(20)).forEach(records::add);
            return records.size() > before;
          });
    }
    return read();
  }

  static String value(ConsumerRecord<byte[], byte[]> record) {
    var value = record.value();
    return value == null ? "" : new String(value, UTF_8);
  }

  static @Nullable String header(Headers headers, String name) {
    var header = headers.lastHeader(name);
    return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
  }

  static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    var value = header(record.headers(), name);
    if (value == null) throw new AssertionError("no header " + name + " on " + record);
    return value;
  }

  static String kind(ConsumerRecord<byte[], byte[]> dead) {
    return header(dead, HeaderNames.KIND);
  }

  static String reason(ConsumerRecord<byte[], byte[]> dead) {
    return header(dead, HeaderNames.REASON);
  }

  static ItemHeaders item(ConsumerRecord<byte[], byte[]> record) {
    return ItemHeaders.read(record.topic(), record.partition(), record.offset(), record.headers());
  }

  /// The ids of these records' items, as often as they occur.
  public static List<String> ids(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream().map(record -> item(record).itemId()).toList();
  }

  /// Fails unless these are the items `job-0` to `job-(count-1)`, each once. Sorted first: to look
  /// for each of thousands among the others takes seconds.
  public static void assertJobsOnce(List<ConsumerRecord<byte[], byte[]>> records, int count) {
    var jobs = IntStream.range(0, count).mapToObj(i -> "job-" + i).sorted().toList();
    assertThat(ids(records).stream().sorted().toList()).isEqualTo(jobs);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
