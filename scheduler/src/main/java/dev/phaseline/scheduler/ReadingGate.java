package dev.phaseline.scheduler;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Gate between reading and firing: shut until a task has read its partitions to where they ended
/// when it was shut. So a cancel or a change that is in the log before its time counts, although
/// the scheduler was away at the time and reads it late.
///
/// Shut at the start of a task, and when a look comes so late that the process must have stood
/// still. Owned by the thread of its task.
final class ReadingGate {
  /// A look that is later than this was held up: the machine slept, or the process was stopped.
  private static final long HELD_UP_MS = 1_000;

  /// Interval of looks while it is shut.
  static final long LOOK_EVERY_MS = 10;

  private static final long ASK_AGAIN_MS = 1_000;

  private final Inputs inputs;
  private final List<TopicPartition> partitions;
  private final Map<TopicPartition, Long> processed = new HashMap<>();
  private final Map<TopicPartition, Long> ends = new HashMap<>();

  /// Last records to be processed, of partitions whose ends the reader has reached.
  private final Map<TopicPartition, Long> handedOver = new HashMap<>();

  private @Nullable CompletableFuture<Map<TopicPartition, Long>> asked;
  private long askedMs;

  /// A gate that is shut.
  ReadingGate(Inputs inputs, List<TopicPartition> partitions, long nowMs) {
    this.inputs = inputs;
    this.partitions = List.copyOf(partitions);
    shut(true, nowMs);
  }

  /// Shuts it until everything is read that is there now.
  private void shut(long nowMs) {
    shut(false, nowMs);
  }

  private void shut(boolean anew, long nowMs) {
    ends.clear();
    handedOver.clear();
    for (var partition : partitions) inputs.watch(partition, anew);
    ask(nowMs);
  }

  private void ask(long nowMs) {
    askedMs = nowMs;
    asked = inputs.ends(partitions);
  }

  /// A record has been dealt with.
  void processed(String topic, int partition, long offset) {
    processed.put(new TopicPartition(topic, partition), offset);
  }

  /// Whether a look may fire. One that was held up shuts it first.
  ///
  /// @param askedForMs the time for which the look was asked
  boolean opens(long askedForMs, long nowMs) {
    if (!isOpen(nowMs)) return false;
    if (nowMs - askedForMs <= HELD_UP_MS) return true;
    shut(nowMs);
    return isOpen(nowMs);
  }

  private boolean isOpen(long nowMs) {
    if (!isAnswered(nowMs)) return false;
    ends.keySet().removeIf(this::isRead);
    return ends.isEmpty();
  }

  private boolean isAnswered(long nowMs) {
    var answer = asked;
    if (answer == null) return true;
    if (!answer.isDone()) return false;
    if (answer.isCompletedExceptionally()) {
      // No broker answers: then nothing could be committed either.
      if (nowMs - askedMs >= ASK_AGAIN_MS || nowMs < askedMs) ask(nowMs);
      return false;
    }
    asked = null;
    ends.putAll(answer.join());
    return true;
  }

  /// Whether a partition is read to its end as it was found. Later records are not waited for:
  /// under load there would always be more.
  private boolean isRead(TopicPartition partition) {
    var last = handedOver.get(partition);
    if (last == null) {
      var at = inputs.position(partition);
      if (at.isEmpty() || at.get().next() < ends.getOrDefault(partition, 0L)) return false;
      last = at.get().handedOver();
      handedOver.put(partition, last);
      inputs.unwatch(partition);
    }
    return processed.getOrDefault(partition, -1L) >= last;
  }
}
