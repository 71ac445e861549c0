package dev.phaseline.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Jobs that were published, as a reader of committed records sees them, and the checker of them.
///
/// @param kafka how to reach the broker
record Published(Map<String, Object> kafka) {
  static final int PARTITIONS = 3;
  private static final int PROBLEMS_MAX = 20;
  private static final Duration BOUND = Duration.ofMinutes(2);

  /// A job in a topic.
  ///
  /// @param key the record's key; empty for none
  /// @param id the job's
  record Job(String key, String id) {}

  void createTopics(String... names) throws Exception {
    try (var admin = Admin.create(kafka)) {
      var topics = new ArrayList<NewTopic>();
      for (var name : names) {
        topics.add(new NewTopic(name, name.endsWith(".outbox") ? 1 : PARTITIONS, (short) 1));
      }
      admin.createTopics(topics).all().get();
    }
  }

  /// All jobs of a topic up to its end now, in the order of each partition.
  List<Job> jobs(String topic) {
    var jobs = new ArrayList<Job>();
    try (var all = consumer("read_uncommitted");
        var committed = consumer("read_committed")) {
      var partitions = new ArrayList<TopicPartition>();
      for (var i = 0; i < PARTITIONS; i++) partitions.add(new TopicPartition(topic, i));
      var ends = all.endOffsets(partitions);
      committed.assign(partitions);
      committed.seekToBeginning(partitions);
      var sinceNanos = System.nanoTime();
      while (!partitions.stream()
          .allMatch(p -> committed.position(p) >= ends.getOrDefault(p, 0L))) {
        if (System.nanoTime() - sinceNanos > BOUND.toNanos()) {
          throw new AssertionError("end not reached: " + ends);
        }
        for (var record : committed.poll(Duration.ofMillis(50))) {
          var key = record.key() == null ? "" : new String(record.key(), UTF_8);
          var id = record.headers().lastHeader("pl-job").value();
          jobs.add(new Job(key, new String(id, UTF_8)));
        }
      }
    }
    return jobs;
  }

  private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
    var settings = new HashMap<>(kafka);
    settings.put("isolation.level", isolation);
    var bytes = new ByteArrayDeserializer();
    return new KafkaConsumer<>(settings, bytes, bytes);
  }

  /// Problems of the jobs of a topic, in words; empty when there are none.
  ///
  /// @param expected those that should be there, those of a key in their order
  static List<String> problems(List<Job> expected, List<Job> found) {
    var problems = new ArrayList<String>();
    var seen = new HashSet<Job>();
    for (var job : found) {
      if (!seen.add(job)) problems.add(job.id() + " was published again");
    }
    var wanted = new HashSet<>(expected);
    for (var job : expected) if (!seen.contains(job)) problems.add(job.id() + " is missing");
    for (var job : seen) if (!wanted.contains(job)) problems.add(job.id() + " was never committed");
    if (problems.isEmpty()) {
      var order = byKey(found);
      byKey(expected)
          .forEach(
              (key, ids) -> {
                if (key.isEmpty() || ids.equals(order.get(key))) return;
                problems.add("the order of " + key + " is " + order.get(key) + ", not " + ids);
              });
    }
    return problems.subList(0, Math.min(problems.size(), PROBLEMS_MAX));
  }

  private static Map<String, List<String>> byKey(List<Job> jobs) {
    var byKey = new HashMap<String, List<String>>();
    for (var job : jobs) byKey.computeIfAbsent(job.key(), _ -> new ArrayList<>()).add(job.id());
    return byKey;
  }
}
