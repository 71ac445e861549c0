package dev.phaseline.cli.types;

import dev.phaseline.cli.config.ClusterPipelines;
import dev.phaseline.core.engine.Progress;
import dev.phaseline.ops.cluster.TopicScan;
import dev.phaseline.scheduler.PendingTimers;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemVersion;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.server.ServerConfig;
import dev.phaseline.topics.AdminAnswers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// Count of the items that have not ended, by pipeline and version, from the topics: records of
/// phases that no worker has completed, and timers that have not fired. Dead letters have ended.
///
/// What workers have completed is asked before the ends of topics, and timers are read before
/// phases. So an item that moves meanwhile may be counted twice, and is never left out. For one
/// thread.
final class InFlightCounts {
  private final ServerConfig config;
  private final TopicNames names;
  private final TreeMap<Place, Count> counts = new TreeMap<>();
  private final Map<String, String> pipelineOfTopic = new HashMap<>();

  /// A version of a pipeline; 0 when the records name none.
  private record Place(String pipeline, int version) implements Comparable<Place> {
    @Override
    public int compareTo(Place that) {
      var byName = pipeline.compareTo(that.pipeline);
      return byName != 0 ? byName : Integer.compare(version, that.version);
    }
  }

  /// Items of one version of a pipeline.
  private static final class Count {
    private long phases;
    private long timers;
  }

  /// One version of a pipeline.
  ///
  /// @param version 0: submitted without one, and not handled yet
  /// @param phases items in phases
  /// @param timers items that come back, or begin, later
  record Row(String pipeline, int version, long phases, long timers) {}

  private InFlightCounts(ServerConfig config) {
    this.config = config;
    this.names = config.names();
  }

  /// Counts them now.
  ///
  /// @throws dev.phaseline.topics.ClusterException when the cluster does not answer
  static List<Row> of(ServerConfig config) {
    var counting = new InFlightCounts(config);
    counting.run(ClusterPipelines.of(config).all());
    var rows = new ArrayList<Row>();
    counting.counts.forEach(
        (place, count) ->
            rows.add(new Row(place.pipeline(), place.version(), count.phases, count.timers)));
    return rows;
  }

  private void run(Map<String, List<String>> pipelines) {
    var committed = new HashMap<TopicPartition, OffsetAndMetadata>();
    try (var admin = Admin.create(config.kafka())) {
      pipelines.forEach(
          (pipeline, phases) -> {
            for (var phase : phases) {
              pipelineOfTopic.put(names.phase(pipeline, phase), pipeline);
              committed.putAll(committed(admin, names.group(pipeline, phase)));
            }
          });
      committed.putAll(committed(admin, names.scheduler()));
    }
    try (var whole = TopicScan.whole(config.kafka());
        var keyed = TopicScan.keyed(config.kafka())) {
      countTimers(whole, keyed, committed);
      pipelineOfTopic.forEach((topic, pipeline) -> countPhase(keyed, pipeline, topic, committed));
    }
  }

  /// Committed offsets of a group; empty when it never existed.
  private static Map<TopicPartition, OffsetAndMetadata> committed(Admin admin, String group) {
    var what = "list the offsets of group " + group;
    try {
      return AdminAnswers.to(
          what, admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    } catch (ExecutionException refused) {
      if (refused.getCause() instanceof GroupIdNotFoundException) return Map.of();
      throw AdminAnswers.refused(what, refused);
    }
  }

  private void countTimers(
      TopicScan whole, TopicScan keyed, Map<TopicPartition, OffsetAndMetadata> committed) {
    var timers = new PendingTimers<Place>(this::placeOf);
    var store = PendingTimers.storeTopic(names);
    if (whole.exists(store)) whole.read(whole.ends("timers", store), timers::stored);
    if (keyed.exists(names.timers())) {
      var ends = keyed.ends("timers", names.timers());
      var starts = new HashMap<>(keyed.starts(ends.keySet()));
      starts.replaceAll(
          (partition, first) -> {
            var read = committed.get(partition);
            return read == null ? first : Math.max(first, read.offset());
          });
      keyed.read(starts, ends, timers::unread);
    }
    for (var place : timers.pending()) count(place).timers++;
  }

  private @Nullable Place placeOf(String target, Headers headers) {
    var pipeline = pipelineOfTopic.get(target);
    return pipeline == null ? null : new Place(pipeline, versionOf(headers));
  }

  private static int versionOf(Headers headers) {
    var named = ItemVersion.orUnnamed(headers);
    if (named != ItemVersion.UNNAMED) return named;
    return headers.lastHeader(HeaderNames.PARENT) == null ? ItemVersion.UNNAMED : 1;
  }

  private void countPhase(
      TopicScan scan,
      String pipeline,
      String topic,
      Map<TopicPartition, OffsetAndMetadata> committed) {
    var id =
        scan.id(topic)
            .map(is -> new UUID(is.getMostSignificantBits(), is.getLeastSignificantBits()));
    var ends = scan.ends(pipeline, topic);
    var starts = new HashMap<>(scan.starts(ends.keySet()));
    var complete = new HashMap<TopicPartition, Progress>();
    starts.replaceAll(
        (partition, first) -> {
          var progress = progress(committed.get(partition), id.orElse(null));
          if (progress == null) return first;
          complete.put(partition, progress);
          return Math.max(first, progress.frontier());
        });
    scan.read(starts, ends, record -> countItem(pipeline, record, complete));
  }

  private void countItem(
      String pipeline,
      ConsumerRecord<byte[], byte[]> record,
      Map<TopicPartition, Progress> complete) {
    var partition = new TopicPartition(record.topic(), record.partition());
    var progress = complete.get(partition);
    if (progress != null && progress.isComplete(record.offset())) return;
    count(new Place(pipeline, versionOf(record.headers()))).phases++;
  }

  /// Null when nothing is known to be complete: also of a topic that was made anew.
  private static @Nullable Progress progress(
      @Nullable OffsetAndMetadata committed, @Nullable UUID topic) {
    if (committed == null) return null;
    try {
      var progress = Progress.decode(committed.offset(), committed.metadata());
      return progress.isOf(topic) ? progress : null;
    } catch (Progress.UndecodableException notOurs) {
      return Progress.startingAt(committed.offset());
    }
  }

  private Count count(Place place) {
    return counts.computeIfAbsent(place, _ -> new Count());
  }
}
