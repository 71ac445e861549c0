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
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
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

  /// Those of a namespace.
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
      var topics = new QueueTopics(admin, names, TopicSettings.SINGLE).describe(all);
      for (var name : all) seen(name, topics.get(name)).ifPresent(found::add);
    } catch (QueueException failed) {
      throw new ClusterException(String.valueOf(failed.getMessage()), failed);
    }
    lastNanos = System.nanoTime();
    last = List.copyOf(found);
    return last;
  }

  private Optional<Seen> seen(String name, @Nullable TopicDescription topic) {
    if (topic == null) return Optional.empty(); // deleted meanwhile
    try (var queue = queues.open(name, Codec.bytes())) {
      var items = queue.count().total();
      var oldest = items == 0 ? null : queue.oldest().orElse(null);
      var group = names.queueItems(name);
      return Optional.of(
          new Seen(name, topic.partitions().size(), items, oldest, consumers(group)));
    } catch (UnknownQueueException deleted) {
      return Optional.empty();
    }
  }

  private List<Consumer> consumers(String group) {
    try {
      return admin.describeShareGroups(List.of(group)).all().get().values().stream()
          .flatMap(described -> described.members().stream())
          .map(member -> new Consumer(member.clientId(), member.host()))
          .toList();
    } catch (ExecutionException refused) {
      if (refused.getCause() instanceof GroupIdNotFoundException) return List.of();
      throw new ClusterException(
          "can't describe share group " + group + ": " + refused.getMessage(), refused);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while share groups are described", stop);
    }
  }

  @Override
  public void close() {
    queues.close();
    admin.close(Duration.ofSeconds(5));
  }
}
