package dev.phaseline.ops.tracker;

import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import dev.phaseline.schemas.RightsCheck;
import dev.phaseline.streams.ServiceStart;
import dev.phaseline.topics.ClusterException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/// Start conditions of a tracker, checked at the brokers; missing topics of its own are created.
///
/// @param config what it is told
/// @param begin asks, and says what is wrong
record TrackerStartCheck(TrackerConfig config, ServiceStart<TrackerException> begin) {

  /// @throws TrackerException naming what is wrong and the remedy
  void check() {
    try (var admin = begin.admin("check")) {
      begin.needsWholeTransactions(admin);
      rights(admin);
      var names = config.names();
      var wanted = List.of(names.timers(), names.jobs());
      var _ = begin.ofTopics(names.namespace(), admin.describeTopics(wanted).topicNameValues());
      new TrackerTopics(config).ensure(admin);
    } catch (ClusterException refused) {
      throw new TrackerException(
          "can't make the tracker's own topics: " + refused.getMessage(), refused);
    }
  }

  private void rights(Admin admin) {
    var names = config.names();
    var check =
        new RightsCheck()
            .topic(names.timers(), READ)
            .topic(names.jobs(), WRITE)
            .group(names.tracker())
            .transactionalId(names.tracker() + "-check");
    for (var topic : topics(admin)) if (names.isOfPipeline(topic)) check.topic(topic, READ);
    var missing = check.missing(admin, config.kafka(), config.tuning().startWait());
    if (missing.isEmpty()) return;
    throw new TrackerException(
        String.join("; ", missing)
            + "; grant these rights (docs/security.md has the whole list) and start again",
        null);
  }

  /// Only those that the principal may describe: others can't be told from topics that are missing.
  private Set<String> topics(Admin admin) {
    try {
      return begin.answer(admin.listTopics().names());
    } catch (ExecutionException refused) {
      throw begin.refused(refused);
    }
  }
}
