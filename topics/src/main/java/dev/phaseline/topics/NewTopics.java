package dev.phaseline.topics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;

/// Creates topics so that they can be used when it returns.
///
/// A topic is created when the controller says so; brokers hear of it a moment later, and name the
/// leaders a moment before these serve. An idempotent producer that writes in that moment can have
/// its first batch refused and its second taken; the first is then out of sequence for ever and is
/// lost when its delivery times out. So the leaders themselves are asked for something, until they
/// answer. Thread-safe, as far as the [Admin] is.
public final class NewTopics {
  private final Admin admin;

  /// Makes one.
  ///
  /// @param admin stays the caller's to close
  public NewTopics(Admin admin) {
    this.admin = admin;
  }

  /// Result of a creation.
  ///
  /// @param created those that were not there
  /// @param refused why a topic could not be created, by its name
  record Outcome(List<String> created, Map<String, ExecutionException> refused) {}

  /// Creates those that are missing; one that is there is left as it is.
  ///
  /// @throws ClusterException when the cluster does not answer, or refuses one
  public void ensure(Collection<NewTopic> wanted) {
    var present = describe(wanted.stream().map(NewTopic::name).toList()).keySet();
    var missing = wanted.stream().filter(topic -> !present.contains(topic.name())).toList();
    for (var refusal : create(missing).refused().entrySet()) {
      throw AdminAnswers.refused("create topic " + refusal.getKey(), refusal.getValue());
    }
  }

  /// Creates those that are missing, as [#ensure], as far as there are brokers for their copies. A
  /// topic with fewer copies would keep them when all brokers are back, so it is left for later.
  ///
  /// @return why the others could not be created yet, by name; empty when all are there
  /// @throws ClusterException when the cluster does not answer, or refuses one for another reason
  public Map<String, String> ensureAsFarAsBrokersAreThere(Collection<NewTopic> wanted) {
    var present = describe(wanted.stream().map(NewTopic::name).toList()).keySet();
    var missing = wanted.stream().filter(topic -> !present.contains(topic.name())).toList();
    var later = new LinkedHashMap<String, String>();
    for (var refusal : create(missing).refused().entrySet()) {
      var why = refusal.getValue().getCause();
      if (!(why instanceof InvalidReplicationFactorException)) {
        throw AdminAnswers.refused("create topic " + refusal.getKey(), refusal.getValue());
      }
      later.put(refusal.getKey(), String.valueOf(why.getMessage()));
    }
    return later;
  }

  /// Creates them. One that somebody else creates meanwhile is neither created nor refused.
  ///
  /// @throws ClusterException when the cluster does not answer
  Outcome create(Collection<NewTopic> missing) {
    var created = new ArrayList<String>();
    var refused = new LinkedHashMap<String, ExecutionException>();
    var usable = new ArrayList<String>();
    var answers = admin.createTopics(missing).values();
    for (var topic : missing) {
      try {
        AdminAnswers.to("create topic " + topic.name(), answers.get(topic.name()));
        created.add(topic.name());
        usable.add(topic.name());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof TopicExistsException) usable.add(topic.name());
        else refused.put(topic.name(), e);
      }
    }
    awaitLeaders(usable);
    return new Outcome(created, refused);
  }

  private void awaitLeaders(List<String> topics) {
    var endNanos = System.nanoTime() + AdminAnswers.WAIT_MAX.toNanos();
    while (!topics.isEmpty()) {
      var found = describe(topics);
      var named =
          found.size() == topics.size()
              && found.values().stream()
                  .flatMap(topic -> topic.partitions().stream())
                  .allMatch(partition -> partition.leader() != null);
      if (named && serve(found.values())) return;
      if (System.nanoTime() > endNanos) {
        throw new ClusterException(
            "the topics " + topics + " were created, but have no leaders yet; check the brokers");
      }
      pause();
    }
  }

  private boolean serve(Collection<TopicDescription> topics) {
    var ends = new HashMap<TopicPartition, OffsetSpec>();
    for (var topic : topics) {
      for (var partition : topic.partitions()) {
        ends.put(new TopicPartition(topic.name(), partition.partition()), OffsetSpec.latest());
      }
    }
    var what = "list the offsets of new topics";
    try {
      KafkaFuture<?> answer = admin.listOffsets(ends).all();
      var _ = AdminAnswers.to(what, answer);
      return true;
    } catch (ExecutionException refused) {
      // Another broker was asked, and it has not heard of the topic yet.
      if (refused.getCause() instanceof RetriableException) return false;
      throw AdminAnswers.refused(what, refused);
    }
  }

  /// The topics of these that are there.
  Map<String, TopicDescription> describe(Collection<String> topics) {
    var found = new LinkedHashMap<String, TopicDescription>();
    var answers = admin.describeTopics(topics).topicNameValues();
    for (var topic : topics) {
      AdminAnswers.ifThere("describe topic " + topic, answers.get(topic))
          .ifPresent(description -> found.put(topic, description));
    }
    return found;
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while waiting for new topics", interrupted);
    }
  }
}
