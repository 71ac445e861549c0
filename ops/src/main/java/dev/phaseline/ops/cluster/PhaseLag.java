package dev.phaseline.ops.cluster;

import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.AdminAnswers;
import dev.phaseline.topics.ClusterException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/// Lag of a phase, from offsets alone: cheap enough for a progress display.
///
/// `waiting` is an upper bound of the items that are not finished: it counts offsets, and each
/// transaction puts one marker offset on every partition that it touched; it also counts items that
/// are finished beyond the first that isn't. It is 0 when, and as a rule only when, nothing waits:
/// markers after the last item are counted until the workers' next commit moves past them. The true
/// numbers are those of the audit.
///
/// @param phase which phase
/// @param waiting offsets between what the workers have committed and the end, at most this many
///   items
/// @param committed sum of the committed offsets, or of the first offsets where none is committed
/// @param end sum of the last stable offsets
public record PhaseLag(String phase, long waiting, long committed, long end) {

  /// Asks for all phases of a pipeline, in their order.
  ///
  /// @throws ClusterException when the cluster does not answer, or a topic is missing
  public static List<PhaseLag> of(
      Admin admin, TopicNames names, String pipeline, List<String> phases) {
    var partitions = partitions(admin, names, pipeline, phases);
    var all = partitions.values().stream().flatMap(List::stream).toList();
    var starts = offsets(admin, all, OffsetSpec.earliest());
    var committed = new HashMap<String, Map<TopicPartition, OffsetAndMetadata>>();
    for (var phase : phases) committed.put(phase, committed(admin, names.group(pipeline, phase)));
    // The ends come last: an end from before a commit would show less than nothing waiting.
    var ends = offsets(admin, all, OffsetSpec.latest());
    var lags = new ArrayList<PhaseLag>();
    for (var phase : phases) {
      var waiting = 0L;
      var done = 0L;
      var end = 0L;
      for (var partition : partitions.getOrDefault(phase, List.of())) {
        var start = starts.getOrDefault(partition, 0L);
        var commit = committed.getOrDefault(phase, Map.of()).get(partition);
        var frontier = commit == null ? start : Math.max(start, commit.offset());
        var last = ends.getOrDefault(partition, 0L);
        waiting += Math.max(0, last - frontier);
        done += frontier;
        end += last;
      }
      lags.add(new PhaseLag(phase, waiting, done, end));
    }
    return lags;
  }

  private static Map<String, List<TopicPartition>> partitions(
      Admin admin, TopicNames names, String pipeline, List<String> phases) {
    var topics = phases.stream().map(phase -> names.phase(pipeline, phase)).toList();
    var answers = admin.describeTopics(topics).topicNameValues();
    var partitions = new HashMap<String, List<TopicPartition>>();
    for (var phase : phases) {
      var topic = names.phase(pipeline, phase);
      var description =
          AdminAnswers.ifThere("describe topic " + topic, answers.get(topic))
              .orElseThrow(() -> TopicScan.missing(pipeline, topic));
      partitions.put(
          phase,
          description.partitions().stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList());
    }
    return partitions;
  }

  private static Map<TopicPartition, Long> offsets(
      Admin admin, List<TopicPartition> partitions, OffsetSpec spec) {
    var wanted = new HashMap<TopicPartition, OffsetSpec>();
    partitions.forEach(partition -> wanted.put(partition, spec));
    var options = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
    var found = new HashMap<TopicPartition, Long>();
    AdminAnswers.sure("list offsets", admin.listOffsets(wanted, options).all())
        .forEach((partition, info) -> found.put(partition, info.offset()));
    return found;
  }

  /// Committed offsets of the group; empty when it never existed.
  private static Map<TopicPartition, OffsetAndMetadata> committed(Admin admin, String group) {
    var answer = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata();
    try {
      return AdminAnswers.to("list the offsets of group " + group, answer);
    } catch (ExecutionException refused) {
      if (refused.getCause() instanceof GroupIdNotFoundException) return Map.of();
      throw AdminAnswers.refused("list the offsets of group " + group, refused);
    }
  }
}
