package dev.phaseline.ops.cluster;

import dev.phaseline.topics.ClusterException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/// Reader of a topic, on from where it last came to. For one thread at a time.
public final class TopicTail implements AutoCloseable {
  private final String topic;
  private final TopicScan scan;
  private final Map<TopicPartition, Long> next = new HashMap<>();

  /// @param client how to reach the cluster
  public TopicTail(Map<String, ?> client, String topic) {
    this.topic = topic;
    this.scan = TopicScan.whole(client);
  }

  /// Visits everything that was committed and not visited yet, up to now.
  ///
  /// @throws ClusterException when the topic is missing or the cluster does not answer
  public void readOn(TopicScan.Visitor visitor) {
    var ends = ends();
    var starts = scan.starts(ends.keySet());
    next.forEach((at, from) -> starts.merge(at, from, Math::max)); // retention may have passed it
    scan.read(starts, ends, visitor);
    next.putAll(ends);
  }

  /// Visits what is between two offsets of the topic's only partition.
  public void read(long from, long to, TopicScan.Visitor visitor) {
    var only = new TopicPartition(topic, 0);
    scan.read(Map.of(only, from), Map.of(only, to), visitor);
  }

  /// The first offset that is kept, of the topic's only partition.
  public long start() {
    var only = new TopicPartition(topic, 0);
    return scan.starts(java.util.List.of(only)).getOrDefault(only, 0L);
  }

  /// The last stable offset of the topic's only partition.
  public long end() {
    return ends().getOrDefault(new TopicPartition(topic, 0), 0L);
  }

  /// The last stable offset of a partition.
  public long end(TopicPartition at) {
    return ends().getOrDefault(at, 0L);
  }

  private Map<TopicPartition, Long> ends() {
    if (!scan.exists(topic)) {
      throw new ClusterException(
          "there is no topic " + topic + "; create it with `phaseline topics create`");
    }
    return scan.ends("", topic);
  }

  @Override
  public void close() {
    scan.close();
  }
}
