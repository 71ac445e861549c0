package dev.phaseline.ops.tracker;

import dev.phaseline.ops.accounting.JobBook;
import dev.phaseline.ops.accounting.WorkState;
import dev.phaseline.ops.tracker.JobKeys.Listed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/// Several lists of jobs as one, newest first, within the times of a query. For one thread.
final class JobLists implements AutoCloseable {
  /// So many seconds next to each other are scanned as one range.
  private static final int RUN_MAX = 60;

  private final @Nullable Listed after;
  private final long newestMs;
  private final long oldestMs;
  private final List<Reader> readers = new ArrayList<>();
  private final PriorityQueue<Head> heads =
      new PriorityQueue<>(Comparator.comparing(Head::at, Listed::newestFirst));
  private @Nullable Head current;

  /// One list of one partition.
  ///
  /// @param store where it is
  /// @param jobs where the jobs are; null: the list has them itself
  /// @param pipeline whose jobs
  /// @param prefix what its keys begin with
  /// @param waits where jobs wait, by the second; null: the list is not of those that wait
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Source(
      ReadOnlyKeyValueStore<Bytes, byte[]> store,
      @Nullable ReadOnlyKeyValueStore<Bytes, byte[]> jobs,
      String pipeline,
      byte[] prefix,
      @Nullable NavigableMap<Long, Long> waits) {

    /// All jobs of a pipeline.
    static Source all(ReadOnlyKeyValueStore<Bytes, byte[]> jobs, String pipeline) {
      return new Source(jobs, null, pipeline, JobKeys.prefix(pipeline), null);
    }

    /// Jobs that wait.
    static Source waiting(
        ReadOnlyKeyValueStore<Bytes, byte[]> jobs,
        String pipeline,
        NavigableMap<Long, Long> waits) {
      return new Source(jobs, null, pipeline, JobKeys.prefix(pipeline), waits);
    }

    /// Jobs with a mark.
    static Source marked(
        ReadOnlyKeyValueStore<Bytes, byte[]> marks,
        ReadOnlyKeyValueStore<Bytes, byte[]> jobs,
        String pipeline,
        byte[] prefix) {
      return new Source(marks, jobs, pipeline, prefix, null);
    }

    /// The job of an entry; null when the list is not about it, or it was forgotten a moment ago.
    byte @Nullable [] job(Listed at, byte[] value) {
      if (jobs != null) return jobs.get(JobKeys.job(at));
      return waits == null || JobBook.state(value) == WorkState.WAITING ? value : null;
    }
  }

  /// The next entry of one list.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Head(Listed at, byte[] value, Reader rest) {}

  /// @param after where the last page ended; null: at the beginning
  JobLists(JobQuery query, @Nullable Listed after) {
    this.after = after;
    var until = query.until();
    var since = query.since();
    var newest = after == null ? Long.MAX_VALUE : after.listedMs();
    newestMs = until == null ? newest : Math.min(newest, Math.max(0, until.toEpochMilli() - 1));
    oldestMs = since == null ? 0 : Math.max(0, since.toEpochMilli());
  }

  void add(Source source) {
    var reader = new Reader(source, newestMs, oldestMs);
    readers.add(reader);
    push(reader);
  }

  private void push(Reader reader) {
    var head = reader.next();
    if (head != null) heads.add(head);
  }

  /// Goes on to the next place; null: there is none.
  @Nullable Listed next() {
    do {
      current = heads.poll();
      if (current == null) return null;
      push(current.rest());
    } while (after != null && Listed.newestFirst(current.at(), after) <= 0);
    return current.at();
  }

  /// The job that was come to; null: there is none that is meant.
  byte @Nullable [] job() {
    return current == null ? null : current.rest().source.job(current.at(), current.value());
  }

  @Override
  public void close() {
    readers.forEach(Reader::close);
  }

  /// Reads one list, range by range.
  private static final class Reader {
    private final Source source;
    private final long oldestMs;
    private long newestMs;
    private boolean isOver;
    private @Nullable KeyValueIterator<Bytes, byte[]> range;

    Reader(Source source, long newestMs, long oldestMs) {
      this.source = source;
      this.newestMs = newestMs;
      this.oldestMs = oldestMs;
    }

    @Nullable Head next() {
      while (range != null || open()) {
        var open = range;
        if (open != null && open.hasNext()) {
          var next = open.next();
          var at = JobKeys.listed(source.pipeline, source.prefix.length, next.key.get());
          return new Head(at, next.value, this);
        }
        close();
      }
      return null;
    }

    private boolean open() {
      if (isOver || newestMs < oldestMs) return false;
      var waits = source.waits;
      if (waits == null) {
        isOver = true;
        range = range(newestMs, oldestMs);
        return true;
      }
      var next = waits.floorKey(newestMs / PerSecondCounts.MS);
      if (next == null) return false;
      long last = next;
      var first = last;
      while (last - first < RUN_MAX && waits.containsKey(first - 1)) first--;
      var toMs = Math.min(newestMs, last * PerSecondCounts.MS + PerSecondCounts.MS - 1);
      newestMs = first * PerSecondCounts.MS - 1;
      if (toMs < oldestMs) return false;
      range = range(toMs, Math.max(oldestMs, first * PerSecondCounts.MS));
      return true;
    }

    private KeyValueIterator<Bytes, byte[]> range(long fromMs, long toMs) {
      var prefix = source.prefix;
      var end = toMs == 0 ? JobKeys.after(prefix) : JobKeys.listed(prefix, toMs - 1, "");
      return source.store.range(JobKeys.listed(prefix, fromMs, ""), end);
    }

    void close() {
      if (range != null) range.close();
      range = null;
    }
  }
}
