package dev.phaseline.topics;

import dev.phaseline.schemas.TopicNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/// Items of queues that have not ended, as their share groups have them: how many, and where the
/// first is. An estimate: the broker writes a group's state a moment after it has changed, and the
/// markers of transactions count as items until they are passed.
///
/// Thread-safe, as far as the [Admin] is. All methods throw [ClusterException] when the cluster
/// does not answer or refuses.
public final class QueueBacklog {
  private final Admin admin;
  private final TopicNames names;

  /// Makes one for a namespace.
  ///
  /// @param admin stays the caller's to close
  public QueueBacklog(Admin admin, TopicNames names) {
    this.admin = admin;
    this.names = names;
  }

  /// Open part of one partition.
  ///
  /// @param start the first offset whose item has not ended, or the end
  /// @param end the offset that the next item gets
  /// @param open how many items have not ended
  public record Part(long start, long end, long open) {}

  /// The open part of each partition.
  ///
  /// @param topic the description of the queue's items
  public Map<TopicPartition, Part> parts(String queue, TopicDescription topic) {
    var partitions = new ArrayList<TopicPartition>();
    for (var partition : topic.partitions()) {
      partitions.add(new TopicPartition(topic.name(), partition.partition()));
    }
    var ends = offsets(partitions, OffsetSpec.latest());
    var starts = offsets(partitions, OffsetSpec.earliest());
    var group = group(names.queueItems(queue));
    var parts = new HashMap<TopicPartition, Part>();
    for (var partition : partitions) {
      long end = ends.getOrDefault(partition, 0L);
      long kept = starts.getOrDefault(partition, 0L);
      parts.put(partition, part(kept, end, group.get(partition)));
    }
    return parts;
  }

  private static Part part(long kept, long end, @Nullable SharePartitionOffsetInfo group) {
    if (group == null) return new Part(kept, end, end - kept); // no consumer yet
    var start = Math.min(end, Math.max(kept, group.startOffset()));
    var between = end - start;
    long lag = group.lag().filter(known -> known >= 0).orElse(between);
    return new Part(start, end, Math.min(lag, between));
  }

  private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec spec) {
    var wanted = new HashMap<TopicPartition, OffsetSpec>();
    for (var partition : partitions) wanted.put(partition, spec);
    var found = new HashMap<TopicPartition, Long>();
    AdminAnswers.sure("list offsets of " + partitions, admin.listOffsets(wanted).all())
        .forEach((partition, offset) -> found.put(partition, offset.offset()));
    return found;
  }

  private Map<TopicPartition, SharePartitionOffsetInfo> group(String group) {
    var what = "list the offsets of share group " + group;
    try {
      return AdminAnswers.to(
          what,
          admin
              .listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
              .partitionsToOffsetInfo(group));
    } catch (ExecutionException refused) {
      if (refused.getCause() instanceof GroupIdNotFoundException) return Map.of();
      throw AdminAnswers.refused(what, refused);
    }
  }

  /// Removes records before these offsets from the log, for good.
  public void removeBefore(Map<TopicPartition, Long> offsets) {
    var wanted = new HashMap<TopicPartition, RecordsToDelete>();
    offsets.forEach((partition, to) -> wanted.put(partition, RecordsToDelete.beforeOffset(to)));
    var what = "delete records of " + offsets.keySet();
    try {
      AdminAnswers.to(what, admin.deleteRecords(wanted).all());
    } catch (ExecutionException refused) {
      if (refused.getCause() instanceof UnknownTopicOrPartitionException) return; // all are gone
      throw AdminAnswers.refused(what, refused);
    }
  }
}
