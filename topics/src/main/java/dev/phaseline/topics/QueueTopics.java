package dev.phaseline.topics;

import dev.phaseline.schemas.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ShareMemberDescription;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/// Makes, lists and deletes the topics and share groups of queues.
///
/// A queue is a topic of items with a share group of the same name, and topics of dead letters. Its
/// group is made to start at the earliest item (Kafka's default is the latest, so that items from
/// before the first consumer would be lost) and to read committed records only (the scheduler
/// writes in transactions). Items have no retention: the queue removes those that have ended.
///
/// Thread-safe, as far as the [Admin] is. All methods throw [ClusterException] when the cluster
/// does not answer or refuses.
public final class QueueTopics {
  /// Feature of a cluster that has share groups.
  private static final String SHARE_FEATURE = "share.version";

  private static final Map<String, String> REQUIRED =
      Map.of(
          "share.auto.offset.reset", "earliest",
          "share.isolation.level", "read_committed",
          "share.renew.acknowledge.enable", "true");

  /// Settings that make a queue better and that a cluster's limits may refuse. Deliveries: the
  /// broker gives a record up after so many, so the more the better. Locks: so many items of a
  /// partition are claimed at once. The first assignment comes at once, not after a second.
  private static final Map<String, String> WISHED =
      Map.of(
          "share.delivery.count.limit", "10",
          "share.partition.max.record.locks", "4000",
          "share.assignment.interval.ms", "0");

  private final Admin admin;
  private final TopicNames names;
  private final TopicSettings settings;

  /// Makes one for a namespace.
  ///
  /// @param admin stays the caller's to close
  public QueueTopics(Admin admin, TopicNames names, TopicSettings settings) {
    this.admin = admin;
    this.names = names;
    this.settings = settings;
  }

  /// Makes a queue, or what it lacks. When it returns, items can be written and claimed.
  ///
  /// @throws ClusterException also when the cluster has no share groups
  /// @throws IllegalArgumentException when the name is not valid
  public void create(String queue) {
    requireShareGroups();
    new NewTopics(admin).ensure(new WantedTopics(names, settings).ofQueue(queue).values());
    var group = new ConfigResource(ConfigResource.Type.GROUP, names.queueItems(queue));
    var what = "configure the share group " + group.name();
    try {
      set(what, group, REQUIRED);
    } catch (ExecutionException refused) {
      throw AdminAnswers.refused(what, refused);
    }
    for (var wish : WISHED.entrySet()) {
      try {
        set(what, group, Map.of(wish.getKey(), wish.getValue()));
      } catch (ExecutionException refused) {
        // The cluster's limits say otherwise; its own value serves too.
        if (!(refused.getCause() instanceof InvalidConfigurationException)) {
          throw AdminAnswers.refused(what, refused);
        }
      }
    }
  }

  private void set(String what, ConfigResource group, Map<String, String> values)
      throws ExecutionException {
    var changes = new ArrayList<AlterConfigOp>();
    values.forEach(
        (name, value) ->
            changes.add(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET)));
    AdminAnswers.to(what, admin.incrementalAlterConfigs(Map.of(group, changes)).all());
  }

  /// Refuses a cluster without share groups.
  ///
  /// @throws ClusterException saying what to do
  public void requireShareGroups() {
    var features =
        AdminAnswers.sure("describe its features", admin.describeFeatures().featureMetadata());
    var share = features.finalizedFeatures().get(SHARE_FEATURE);
    if (share != null && share.maxVersionLevel() >= 1) return;
    throw new ClusterException(
        features.supportedFeatures().containsKey(SHARE_FEATURE)
            ? "queues need share groups, which are switched off in this cluster; switch them on"
                + " with `kafka-features upgrade --feature share.version=1`"
            : "queues need share groups, which these brokers do not have; use Kafka 4.2 or later");
  }

  /// The queues that exist, sorted by name.
  public List<String> names() {
    return AdminAnswers.sure("list topics", admin.listTopics().names()).stream()
        .flatMap(topic -> names.queueOfItems(topic).stream())
        .sorted()
        .toList();
  }

  /// Description of the items' topic; null when there is no such queue.
  public @Nullable TopicDescription describe(String queue) {
    return new NewTopics(admin)
        .describe(List.of(names.queueItems(queue)))
        .get(names.queueItems(queue));
  }

  /// Settings of a queue's share group.
  public ShareGroupSettings groupSettings(String queue) {
    var group = new ConfigResource(ConfigResource.Type.GROUP, names.queueItems(queue));
    var config =
        AdminAnswers.sure(
                "describe the settings of the share group " + group.name(),
                admin.describeConfigs(List.of(group)).all())
            .get(group);
    var values = new HashMap<String, String>();
    if (config != null) {
      config.entries().forEach(entry -> values.put(entry.name(), entry.value()));
    }
    return ShareGroupSettings.of(values);
  }

  /// The members of these queues' share groups, by queue; one whose group has no state yet has
  /// none.
  public Map<String, List<ShareMemberDescription>> consumers(Collection<String> queues) {
    var groups = queues.stream().map(names::queueItems).toList();
    var answers = admin.describeShareGroups(groups).describedGroups();
    var found = new HashMap<String, List<ShareMemberDescription>>();
    for (var queue : queues) {
      var group = names.queueItems(queue);
      var what = "describe share group " + group;
      try {
        found.put(queue, List.copyOf(AdminAnswers.to(what, answers.get(group)).members()));
      } catch (ExecutionException refused) {
        if (!(refused.getCause() instanceof GroupIdNotFoundException)) {
          throw AdminAnswers.refused(what, refused);
        }
        found.put(queue, List.of());
      }
    }
    return found;
  }

  /// Deletes a queue with its items. Dead letters stay, and its group when it has members yet: a
  /// queue of that name is another one all the same, because its topic is.
  ///
  /// @return false when there was none
  public boolean delete(String queue) {
    var items = names.queueItems(queue);
    var what = "delete topic " + items;
    try {
      AdminAnswers.to(what, admin.deleteTopics(List.of(items)).all());
    } catch (ExecutionException refused) {
      if (refused.getCause() instanceof UnknownTopicOrPartitionException) return false;
      throw AdminAnswers.refused(what, refused);
    }
    awaitAbsence(queue);
    deleteGroup(items);
    return true;
  }

  private void deleteGroup(String group) {
    var what = "delete share group " + group;
    try {
      AdminAnswers.to(what, admin.deleteShareGroups(List.of(group)).all());
    } catch (ExecutionException refused) {
      var cause = refused.getCause();
      if (cause instanceof GroupNotEmptyException || cause instanceof GroupIdNotFoundException) {
        return;
      }
      throw AdminAnswers.refused(what, refused);
    }
  }

  /// Brokers hear of a deletion a moment after the controller has confirmed it.
  private void awaitAbsence(String queue) {
    var endNanos = System.nanoTime() + AdminAnswers.WAIT_MAX.toNanos();
    while (describe(queue) != null) {
      if (System.nanoTime() > endNanos) {
        throw new ClusterException(
            "the topic of queue '"
                + queue
                + "' is deleted, but still described; check the brokers");
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(Duration.ofMillis(20));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while a topic is deleted", interrupted);
    }
  }

  /// The partitions of these queues' items, by queue; queues that do not exist are left out.
  public Map<String, TopicDescription> describe(Collection<String> queues) {
    var found = new HashMap<String, TopicDescription>();
    var topics = queues.stream().map(names::queueItems).toList();
    new NewTopics(admin)
        .describe(topics)
        .forEach(
            (topic, description) ->
                names.queueOfItems(topic).ifPresent(queue -> found.put(queue, description)));
    return found;
  }
}
