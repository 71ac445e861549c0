package dev.phaseline.topics;

import java.time.Duration;
import java.util.Map;

/// Settings of a share group that its consumers must know. Immutable.
///
/// @param lock how long the broker keeps a record for one consumer unless it is renewed
/// @param deliveriesMax how often the broker hands a record out; then it gives the record up
/// @param renews whether a consumer may renew a lock
/// @param fromEarliest whether the group begins at the earliest record
public record ShareGroupSettings(
    Duration lock, int deliveriesMax, boolean renews, boolean fromEarliest) {

  /// The settings of a description; Kafka's defaults for those that it lacks.
  static ShareGroupSettings of(Map<String, String> values) {
    return new ShareGroupSettings(
        Duration.ofMillis(
            Long.parseLong(values.getOrDefault("share.record.lock.duration.ms", "30000"))),
        Integer.parseInt(values.getOrDefault("share.delivery.count.limit", "5")),
        Boolean.parseBoolean(values.getOrDefault("share.renew.acknowledge.enable", "true")),
        "earliest".equals(values.get("share.auto.offset.reset")));
  }
}
