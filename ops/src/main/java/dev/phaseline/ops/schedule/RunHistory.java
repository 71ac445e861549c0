package dev.phaseline.ops.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.ops.cluster.TopicScan;
import dev.phaseline.schemas.schedule.InvalidScheduleException;
import dev.phaseline.schemas.schedule.ScheduleRun;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// Decisions about schedules, read backwards from the end of `<ns>.schedule-runs` as far as is
/// needed and no further than a bound. Thread-safe.
final class RunHistory implements AutoCloseable {
  /// Offsets of each partition that are read first; then ten times as many, then the bound.
  private static final long[] BACK = {2_000, 20_000, 200_000};

  private final TopicScan scan;
  private final String topic;

  RunHistory(Map<String, Object> kafka, String topic) {
    this.scan = TopicScan.whole(kafka);
    this.topic = topic;
  }

  /// The runs of one schedule, the newest first.
  synchronized List<ScheduleRun> of(String id, int limit) {
    for (var i = 0; ; i++) {
      var found = new ArrayDeque<ScheduleRun>();
      var isWhole =
          read(
              BACK[i],
              run -> {
                if (!run.schedule().equals(id)) return;
                found.addFirst(run);
                if (found.size() > limit) found.removeLast();
              });
      if (isWhole || found.size() >= limit || i == BACK.length - 1) return List.copyOf(found);
    }
  }

  /// The latest of each schedule, the newest first.
  synchronized Map<String, List<ScheduleRun>> latest(int each) {
    var found = new HashMap<String, Deque<ScheduleRun>>();
    var _ =
        read(
            BACK[0],
            run -> {
              var runs = found.computeIfAbsent(run.schedule(), _ -> new ArrayDeque<>());
              runs.addFirst(run);
              if (runs.size() > each) runs.removeLast();
            });
    var all = new HashMap<String, List<ScheduleRun>>();
    found.forEach((id, runs) -> all.put(id, new ArrayList<>(runs)));
    return all;
  }

  /// Takes one decision after the other.
  private interface Taker {
    void take(ScheduleRun run);
  }

  /// @return whether all that is kept was read
  private boolean read(long back, Taker taker) {
    if (!scan.exists(topic)) return true;
    var ends = scan.ends("", topic);
    var starts = scan.starts(ends.keySet());
    var from = new HashMap<TopicPartition, Long>();
    var isWhole = true;
    for (var end : ends.entrySet()) {
      var start = starts.getOrDefault(end.getKey(), 0L);
      var wanted = Math.max(start, end.getValue() - back);
      if (wanted > start) isWhole = false;
      from.put(end.getKey(), wanted);
    }
    scan.read(from, ends, record -> parsed(record).ifPresent(taker::take));
    return isWhole;
  }

  private static Optional<ScheduleRun> parsed(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null || record.value() == null) return Optional.empty();
    try {
      return Optional.of(ScheduleRun.read(new String(record.key(), UTF_8), record.value()));
    } catch (InvalidScheduleException newer) {
      return Optional.empty();
    }
  }

  @Override
  public synchronized void close() {
    scan.close();
  }
}
