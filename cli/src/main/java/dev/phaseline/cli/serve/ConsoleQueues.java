package dev.phaseline.cli.serve;

import dev.phaseline.core.Codec;
import dev.phaseline.ops.console.QueueSource;
import dev.phaseline.queue.QueueException;
import dev.phaseline.queue.Queues;
import dev.phaseline.queue.UnknownQueueException;
import dev.phaseline.queue.kafka.KafkaQueueSettings;
import dev.phaseline.queue.kafka.KafkaQueues;
import dev.phaseline.schemas.KafkaSettings;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.ClusterException;
import dev.phaseline.topics.QueueTopics;
import dev.phaseline.topics.TopicSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ShareMemberDescription;
import org.apache.kafka.clients.admin.TopicDescription;
import org.jspecify.annotations.Nullable;

/// The queues of a cluster, for a console. What was seen is answered for two seconds, because every
/// open page asks and each question reads a record of each queue. Thread-safe.
final class ConsoleQueues implements QueueSource, AutoCloseable {
  private static final long FRESH_NANOS = Duration.ofSeconds(2).toNanos();

  private final Admin admin;
  private final TopicNames names;
  private final Queues queues;
  private @Nullable List<Seen> last;
  private long lastNanos;

  private ConsoleQueues(Map<String, ?> kafka, TopicNames names) {
    this.names = names;
    admin = Admin.create(KafkaSettings.ofAdmin(kafka));
    queues = KafkaQueues.connect(kafka, KafkaQueueSettings.DEFAULT.withNames(names));
  }

  /// The queues of a namespace.
  ///
  /// @param kafka how to reach the cluster
  static ConsoleQueues open(Map<String, ?> kafka, TopicNames names) {
    return new ConsoleQueues(kafka, names);
  }

  @Override
  public synchronized List<Seen> find() {
    var known = last;
    if (known != null && System.nanoTime() - lastNanos < FRESH_NANOS) return known;
    var found = new ArrayList<Seen>();
    try {
      var all = queues.names();
      var cluster = new QueueTopics(admin, names, TopicSettings.SINGLE);
      var topics = cluster.describe(all);
      var consumers = cluster.consumers(topics.keySet());
      for (var name : all) {
        seen(name, topics.get(name), consumers.getOrDefault(name, List.of())).ifPresent(found::add);
      }
    } catch (QueueException failed) {
      throw new ClusterException(String.valueOf(failed.getMessage()), failed);
    }
    lastNanos = System.nanoTime();
    last = List.copyOf(found);
    return last;
  }

  private Optional<Seen> seen(
      String name, @Nullable TopicDescription topic, List<ShareMemberDescription> members) {
    if (topic == null) return Optional.empty(); // deleted meanwhile
    try (var queue = queues.open(name, Codec.bytes())) {
      var items = queue.count().total();
      var oldest = items == 0 ? null : queue.oldest().orElse(null);
      var consumers = members.stream().map(ConsoleQueues::consumer).toList();
      return Optional.of(new Seen(name, topic.partitions().size(), items, oldest, consumers));
    } catch (UnknownQueueException deleted) {
      return Optional.empty();
    }
  }

  private static Consumer consumer(ShareMemberDescription member) {
    var partitions = member.assignment().topicPartitions().size();
    return new Consumer(member.clientId(), member.host(), partitions);
  }

  @Override
  public void close() {
    queues.close();
    admin.close(Duration.ofSeconds(5));
  }
}
