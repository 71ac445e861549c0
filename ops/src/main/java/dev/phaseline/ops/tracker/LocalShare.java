package dev.phaseline.ops.tracker;

import dev.phaseline.ops.accounting.WorkState;
import dev.phaseline.ops.tracker.JobKeys.Listed;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/// Share of the tracker in this process. Thread-safe, as the stores are.
final class LocalShare implements TrackerShare {
  /// A search looks no longer than that; it goes on with the next page.
  private static final long SEARCH_NANOS = 40_000_000;

  private static final int LOOKS_BETWEEN_CLOCKS = 32;

  private final Access access;
  private final InstantSource clock;
  private final Set<Integer> partitions;

  /// Finds what is here of a partition.
  interface Access {
    /// A store.
    ///
    /// @throws RestoringException while it is not ready, or when it is not here
    ReadOnlyKeyValueStore<Bytes, byte[]> store(String name, int partition);

    /// The counts of phases.
    ///
    /// @throws RestoringException while they are not ready, or when they are not here
    PhaseBooks phases(int partition);
  }

  /// @param partitions what is asked about: an answer is about all of these or there is none,
  ///   because who asks may not have heard yet that one has moved
  LocalShare(Access access, InstantSource clock, Set<Integer> partitions) {
    this.access = access;
    this.clock = clock;
    this.partitions = Set.copyOf(partitions);
  }

  @Override
  public List<Stored> jobs(String id) {
    var found = new ArrayList<Stored>();
    if (HeaderTexts.oneLine(id).equals(id)) {
      for (var partition : partitions) jobs(id, partition, found);
    }
    return found;
  }

  private void jobs(String id, int partition, List<Stored> found) {
    var jobs = access.store(BookStores.JOBS, partition);
    var prefix = JobKeys.prefix(id);
    try (var range =
        access.store(BookStores.IDS, partition).range(Bytes.wrap(prefix), JobKeys.after(prefix))) {
      while (range.hasNext()) {
        var next = range.next();
        var at = JobKeys.listedAt(id, prefix.length, next.key.get(), next.value);
        var bytes = jobs.get(JobKeys.job(at));
        if (bytes != null) found.add(new Stored(at, bytes));
      }
    }
  }

  @Override
  public Found search(JobQuery query, @Nullable Listed after, int limit) {
    var filter = new JobFilter(query);
    var endNanos = System.nanoTime() + SEARCH_NANOS;
    var found = new ArrayList<Stored>();
    try (var lists = lists(query, after)) {
      for (var looks = 1; ; looks++) {
        var at = lists.next();
        if (at == null) return new Found(found, null);
        var bytes = lists.job();
        if (bytes != null && filter.matches(at, bytes)) found.add(new Stored(at, bytes));
        var isLate = looks % LOOKS_BETWEEN_CLOCKS == 0 && System.nanoTime() > endNanos;
        if (found.size() == limit || isLate) return new Found(found, at);
      }
    }
  }

  /// The lists in which all that match are, and as little else as possible.
  private JobLists lists(JobQuery query, @Nullable Listed after) {
    var lists = new JobLists(query, after);
    for (var partition : partitions) {
      for (var pipeline : pipelines(query, partition)) add(lists, query, partition, pipeline);
    }
    return lists;
  }

  private void add(JobLists lists, JobQuery query, int partition, String pipeline) {
    var jobs = access.store(BookStores.JOBS, partition);
    var marks = access.store(BookStores.MARKS, partition);
    var isByState = !query.states().isEmpty() && !query.states().contains(WorkState.DONE);
    var tag = query.tag();
    if (isByState) {
      for (var state : query.states()) {
        lists.add(
            state == WorkState.WAITING
                ? JobLists.Source.waiting(jobs, pipeline, access.phases(partition).waits(pipeline))
                : JobLists.Source.marked(
                    marks, jobs, pipeline, BookStores.statePrefix(state, pipeline)));
      }
    } else if (tag == null) {
      lists.add(JobLists.Source.all(jobs, pipeline));
    } else {
      var prefix = BookStores.tagPrefix(tag.name(), tag.value(), pipeline);
      lists.add(JobLists.Source.marked(marks, jobs, pipeline, prefix));
    }
  }

  private List<String> pipelines(JobQuery query, int partition) {
    var asked = query.pipeline();
    return asked == null
        ? access.phases(partition).pipelines()
        : List.of(HeaderTexts.oneLine(asked));
  }

  @Override
  public @Nullable StoredItem item(Listed job, String path) {
    var key = JobKeys.item(job.id(), job.pipeline(), path);
    for (var partition : partitions) {
      var bytes = access.store(BookStores.ITEMS, partition).get(key);
      if (bytes != null) return new StoredItem(path, bytes);
    }
    return null;
  }

  @Override
  public List<StoredItem> items(Listed job, String from, int limit) {
    var prefix = JobKeys.prefix(job.id(), job.pipeline());
    var first = JobKeys.item(job.id(), job.pipeline(), from);
    var found = new ArrayList<StoredItem>();
    for (var partition : partitions) {
      var items = access.store(BookStores.ITEMS, partition);
      try (var range = items.range(first, JobKeys.after(prefix))) {
        while (range.hasNext() && found.size() < limit) {
          var next = range.next();
          found.add(new StoredItem(JobKeys.path(next.key.get(), prefix.length), next.value));
        }
      }
    }
    return found;
  }

  @Override
  public List<PhaseCount> phases() {
    var nowMs = clock.millis();
    var all = new ArrayList<PhaseCount>();
    for (var partition : partitions) {
      for (var book : access.phases(partition).all()) all.add(count(book, nowMs));
    }
    return all;
  }

  private static PhaseCount count(PhaseBook book, long nowMs) {
    var beat = book.pulse.beat(nowMs);
    var oldest = book.ages.counts().ceilingEntry(0L);
    long[] counts = {
      book.in,
      book.waiting,
      book.retrying,
      book.done,
      book.dead,
      beat.came(),
      beat.went(),
      book.queued,
      book.queueMovedMs,
      oldest == null ? -1 : oldest.getKey()
    };
    return new PhaseCount(book.pipeline, book.phase, counts, beat.stays(), book.from());
  }
}
