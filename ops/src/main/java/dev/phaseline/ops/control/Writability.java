package dev.phaseline.ops.control;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeMetadataQuorumOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/// Check whether records of a topic can be written now: its partitions have leaders that are up,
/// enough copies are in sync, and the controllers have a majority. What rights keep from being
/// known counts as well. Its client is opened at the first look. For one thread at a time.
final class Writability implements AutoCloseable {
  private static final int ANSWER_MS = 3_000;

  private final Map<String, Object> client;
  private final String topic;
  private @Nullable Admin admin;

  Writability(Map<String, ?> client, String topic) {
    this.client = Map.copyOf(client);
    this.topic = topic;
  }

  /// Whether they can be; false also when that is not answered.
  boolean isGiven() {
    if (admin == null) admin = Admin.create(client);
    try {
      return isGiven(admin);
    } catch (ExecutionException refused) {
      return refused.getCause() instanceof AuthorizationException;
    } catch (TimeoutException silent) {
      return false;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean isGiven(Admin admin)
      throws ExecutionException, TimeoutException, InterruptedException {
    var options = new DescribeTopicsOptions().timeoutMs(ANSWER_MS);
    var described = to(admin.describeTopics(List.of(topic), options).allTopicNames()).get(topic);
    var nodes =
        to(admin.describeCluster(new DescribeClusterOptions().timeoutMs(ANSWER_MS)).nodes());
    var up = nodes.stream().map(Node::id).toList();
    return described != null
        && hasLeaders(described, up, copiesMin(admin))
        && controllersAgree(admin);
  }

  private static boolean hasLeaders(TopicDescription topic, List<Integer> up, int copiesMin) {
    return topic.partitions().stream()
        .allMatch(
            at -> {
              var inSync = at.isr().stream().filter(node -> up.contains(node.id())).count();
              return at.leader() != null
                  && up.contains(at.leader().id())
                  && inSync >= Math.min(copiesMin, at.replicas().size());
            });
  }

  private int copiesMin(Admin admin)
      throws ExecutionException, TimeoutException, InterruptedException {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    var options = new DescribeConfigsOptions().timeoutMs(ANSWER_MS);
    try {
      var config = to(admin.describeConfigs(List.of(resource), options).all()).get(resource);
      var entry = config == null ? null : config.get("min.insync.replicas");
      return entry == null ? 1 : Integer.parseInt(entry.value());
    } catch (ExecutionException refused) {
      if (refused.getCause() instanceof AuthorizationException) return 1;
      throw refused;
    }
  }

  /// Brokers' metadata about topics and each other stands still while controllers have no majority.
  private static boolean controllersAgree(Admin admin)
      throws ExecutionException, TimeoutException, InterruptedException {
    try {
      var options = new DescribeMetadataQuorumOptions().timeoutMs(ANSWER_MS);
      return to(admin.describeMetadataQuorum(options).quorumInfo()).leaderId() >= 0;
    } catch (ExecutionException refused) {
      var why = refused.getCause();
      return why instanceof AuthorizationException || why instanceof UnsupportedVersionException;
    }
  }

  private static <T> T to(KafkaFuture<T> answer)
      throws ExecutionException, TimeoutException, InterruptedException {
    return answer.get(2L * ANSWER_MS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    if (admin != null) admin.close(Duration.ofSeconds(1));
  }
}
