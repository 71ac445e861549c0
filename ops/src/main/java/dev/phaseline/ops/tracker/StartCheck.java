package dev.phaseline.ops.tracker;

import dev.phaseline.ops.ClusterException;
import dev.phaseline.streams.ServiceStart;
import java.util.List;

/// What must be true before a tracker may start, asked of the broker, or made to be.
///
/// @param config what it is told
/// @param begin asks, and says what is wrong
record StartCheck(TrackerConfig config, ServiceStart<TrackerException> begin) {

  /// @throws TrackerException naming what is wrong and the remedy
  void check() {
    try (var admin = begin.admin("check")) {
      begin.needsWholeTransactions(admin);
      var names = config.names();
      var wanted = List.of(names.timers(), names.jobs());
      var _ = begin.ofTopics(names.namespace(), admin.describeTopics(wanted).topicNameValues());
      new OwnTopics(config).ensure(admin);
    } catch (ClusterException refused) {
      throw new TrackerException(
          "can't make the tracker's own topics: " + refused.getMessage(), refused);
    }
  }
}
