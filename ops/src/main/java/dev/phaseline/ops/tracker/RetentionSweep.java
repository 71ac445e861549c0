package dev.phaseline.ops.tracker;

import dev.phaseline.ops.accounting.JobBook;
import dev.phaseline.ops.accounting.WorkState;
import dev.phaseline.ops.tracker.JobKeys.Listed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/// Removal of the expired jobs of one partition, a bounded number at each call. Goes on where it
/// ended, because a scan from the beginning would step over the remains of everything that was
/// forgotten since the store was last compacted; begins anew now and then, for those that had not
/// ended.
///
/// Owned by the thread of its task.
final class RetentionSweep {
  private static final int LOOKS_MAX = 5_000;
  private static final int FORGOTTEN_MAX = 1_000;
  private static final long ANEW_MS = 600_000;

  /// The pause before the next look where the oldest job's time is not over.
  private static final long LATER_MS = 30_000;

  private final BookStores stores;
  private final PhaseBooks phases;
  private final PartitionJobs books;
  private final Retention retention;
  private final long jobsMax;
  private final Map<String, Bytes> reached = new HashMap<>();
  private final Map<String, Long> laterMs = new HashMap<>();
  private long begunMs;

  /// @param jobsMax of this partition
  RetentionSweep(
      BookStores stores,
      PhaseBooks phases,
      PartitionJobs books,
      Retention retention,
      long jobsMax) {
    this.stores = stores;
    this.phases = phases;
    this.books = books;
    this.retention = retention;
    this.jobsMax = jobsMax;
  }

  /// Forgets some.
  ///
  /// @return how many
  int run(long nowMs) {
    if (nowMs - begunMs > ANEW_MS) {
      reached.clear();
      laterMs.clear();
      begunMs = nowMs;
    }
    var forgotten = 0;
    for (var pipeline : phases.pipelines()) forgotten += run(pipeline, nowMs);
    return forgotten;
  }

  private int run(String pipeline, long nowMs) {
    var surplus = phases.kept() - jobsMax;
    if (surplus <= 0 && nowMs < laterMs.getOrDefault(pipeline, 0L)) return 0;
    books.flush();
    var over = new ArrayList<Listed>();
    var isAtEnd = collect(pipeline, nowMs, surplus, over);
    if (isAtEnd) laterMs.put(pipeline, nowMs + LATER_MS);
    for (var listed : over) books.forget(listed);
    return over.size();
  }

  /// Oldest first.
  ///
  /// @return whether it got to a job whose time is not over, or to the end
  private boolean collect(String pipeline, long nowMs, long surplus, List<Listed> over) {
    var prefix = JobKeys.prefix(pipeline);
    var from = reached.getOrDefault(pipeline, JobKeys.after(prefix));
    var youngestMs = nowMs - retention.ended().toMillis();
    var isAtEnd = false;
    @Nullable Bytes last = null;
    try (var range = stores.jobs().reverseRange(Bytes.wrap(prefix), from)) {
      for (var looks = 0; looks < LOOKS_MAX && over.size() < FORGOTTEN_MAX; looks++) {
        isAtEnd = !range.hasNext();
        if (isAtEnd) break;
        var next = range.next();
        var listed = JobKeys.listed(pipeline, prefix.length, next.key.get());
        var isSurplus = over.size() < surplus;
        isAtEnd = listed.listedMs() > youngestMs && !isSurplus;
        if (isAtEnd) break;
        last = next.key;
        if (isOver(listed.read(next.value), nowMs, isSurplus)) over.add(listed);
      }
    }
    if (last != null) reached.put(pipeline, last);
    return isAtEnd;
  }

  private boolean isOver(JobBook job, long nowMs, boolean isSurplus) {
    if (job.isEnded() && job.items(WorkState.DEAD) == 0) {
      return isSurplus || job.endedMs() <= nowMs - retention.ended().toMillis();
    }
    return job.movedMs() <= nowMs - retention.idle().toMillis();
  }
}
