package dev.phaseline.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.MalformedHeaderException;
import dev.phaseline.schemas.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Reads what is committed in the topics of a pipeline, and nothing else, into a ledger. Not
/// thread-safe.
final class RunTail implements AutoCloseable {
  @FunctionalInterface
  private interface Entry {
    void of(ConsumerRecord<byte[], byte[]> record, ItemHeaders item);
  }

  private final Consumer<byte[], byte[]> consumer;
  private final Map<String, Entry> entries;

  private RunTail(Consumer<byte[], byte[]> consumer, Map<String, Entry> entries) {
    this.consumer = consumer;
    this.entries = entries;
  }

  /// The topics of a pipeline, in the order of its phases, then results and dead letters.
  static List<String> topics(TopicNames names, String pipeline, List<String> phases) {
    var topics = new ArrayList<String>();
    for (var phase : phases) topics.add(names.phase(pipeline, phase));
    topics.add(names.done(pipeline));
    topics.add(names.dead(pipeline));
    return topics;
  }

  /// Reads from where the run began.
  static RunTail open(
      Map<String, Object> kafka,
      TopicNames names,
      String pipeline,
      List<String> phases,
      DemoState run,
      RunLedger ledger) {
    var entries = new HashMap<String, Entry>();
    for (var phase : phases) {
      entries.put(names.phase(pipeline, phase), (_, item) -> ledger.arrived(phase, item));
    }
    entries.put(names.done(pipeline), (_, item) -> ledger.done(item));
    entries.put(
        names.dead(pipeline),
        (record, item) ->
            ledger.dead(
                item,
                text(record.headers(), HeaderNames.PHASE),
                text(record.headers(), HeaderNames.REASON).lines().findFirst().orElse("")));
    var consumer = consumer(kafka);
    var starts = new HashMap<TopicPartition, Long>();
    run.begins()
        .forEach(
            (topic, offsets) -> {
              for (var i = 0; i < offsets.size(); i++) {
                starts.put(new TopicPartition(topic, i), offsets.get(i));
              }
            });
    consumer.assign(starts.keySet());
    starts.forEach(consumer::seek);
    return new RunTail(consumer, entries);
  }

  /// The ends of the committed part of these topics now, by partition.
  static Map<String, List<Long>> ends(Map<String, Object> kafka, List<String> topics) {
    try (var admin = Admin.create(kafka)) {
      var found = AdminWait.of(admin.describeTopics(topics).allTopicNames(), "its topics");
      var wanted = new HashMap<TopicPartition, OffsetSpec>();
      found.forEach(
          (topic, description) -> {
            for (var partition : description.partitions()) {
              wanted.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest());
            }
          });
      var committed = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
      var offsets = AdminWait.of(admin.listOffsets(wanted, committed).all(), "its topics' ends");
      var ends = new TreeMap<String, List<Long>>();
      found.forEach(
          (topic, description) ->
              ends.put(
                  topic,
                  IntStream.range(0, description.partitions().size())
                      .mapToObj(i -> offset(offsets, new TopicPartition(topic, i)))
                      .toList()));
      return ends;
    }
  }

  private static Long offset(
      Map<TopicPartition, ListOffsetsResultInfo> offsets, TopicPartition partition) {
    var info = offsets.get(partition);
    if (info == null)
      throw CommandFailure.of("the broker does not report where " + partition + " ends");
    return info.offset();
  }

  /// Takes in what has come, waiting at most this long for the first of it.
  void poll(Duration atMost) {
    for (var record : consumer.poll(atMost)) {
      try {
        var item =
            ItemHeaders.read(record.topic(), record.partition(), record.offset(), record.headers());
        var entry = entries.get(record.topic());
        if (entry != null) entry.of(record, item);
      } catch (MalformedHeaderException somebodyElses) {
        // an id that can't be read can't be one of the run's
      }
    }
  }

  /// Takes in everything that is committed by now.
  void catchUp() {
    var ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      poll(Duration.ofMillis(200));
    }
  }

  @Override
  public void close() {
    consumer.close();
  }

  private static Consumer<byte[], byte[]> consumer(Map<String, Object> kafka) {
    var settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "phaseline-books");
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 200);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static String text(Headers headers, String name) {
    var header = headers.lastHeader(name);
    return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
  }
}
