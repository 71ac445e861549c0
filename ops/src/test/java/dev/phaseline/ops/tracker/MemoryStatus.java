package dev.phaseline.ops.tracker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// Status as a test wants it: keeps the promises of [StatusSource] over what it was given, in
/// memory. Of queries, `error` looks at the reasons of items. Thread-safe.
public final class MemoryStatus implements StatusSource {
  private static final Comparator<JobStatus> NEWEST =
      Comparator.comparing((JobStatus job) -> job.row().submitted())
          .reversed()
          .thenComparing(JobStatus::id);

  private final Map<String, JobStatus> jobs = new ConcurrentSkipListMap<>();
  private final Map<String, Map<String, ItemStatus>> items = new ConcurrentSkipListMap<>();
  private final List<PhaseView> phases = new CopyOnWriteArrayList<>();
  private volatile TrackerState state = new TrackerState.Ready(0);

  /// Adds a job, or puts it in the place of the one of this id.
  public MemoryStatus with(JobStatus job) {
    jobs.put(job.id(), job);
    return this;
  }

  /// Adds an item, or puts it in the place of the one of this path.
  public MemoryStatus with(ItemStatus item) {
    items
        .computeIfAbsent(
            item.jobId(), id -> new ConcurrentSkipListMap<>(MemoryStatus::comparePaths))
        .put(item.path(), item);
    return this;
  }

  /// Adds a phase.
  public MemoryStatus with(PhaseView phase) {
    phases.add(phase);
    return this;
  }

  /// Says what it is at from now on; while it is not ready, it does not answer.
  public MemoryStatus at(TrackerState now) {
    state = now;
    return this;
  }

  @Override
  public TrackerState state() {
    return state;
  }

  @Override
  public NotCounted notCounted() {
    return NotCounted.NOTHING;
  }

  @Override
  public Optional<JobStatus> job(String id) {
    checkReady();
    return Optional.ofNullable(jobs.get(id));
  }

  @Override
  public ResultPage<JobRow> jobs(JobQuery query, @Nullable String cursor, int limit) {
    checkReady();
    checkLimit(limit);
    var from = 0;
    var found = jobs.values().stream().sorted(NEWEST).filter(job -> matches(query, job)).toList();
    if (cursor != null) {
      while (from < found.size() && !found.get(from).id().equals(cursor)) from++;
      if (from == found.size()) throw new BadCursorException(cursor);
    }
    var rows = new ArrayList<JobRow>();
    for (var job : found.subList(from, Math.min(found.size(), from + limit))) rows.add(job.row());
    var next = from + limit;
    return new ResultPage<>(rows, next < found.size() ? found.get(next).id() : null);
  }

  @Override
  public Optional<ItemStatus> item(String jobId, String path) {
    checkReady();
    return Optional.ofNullable(items.getOrDefault(jobId, Map.of()).get(path));
  }

  @Override
  public ResultPage<ItemStatus> items(String jobId, @Nullable String cursor, int limit) {
    checkReady();
    checkLimit(limit);
    var rows = new ArrayList<ItemStatus>();
    if (cursor != null && !cursor.startsWith("/")) throw new BadCursorException(cursor);
    for (var item : items.getOrDefault(jobId, Map.of()).values()) {
      if (cursor != null && comparePaths(item.path(), cursor) < 0) continue;
      if (rows.size() == limit) return new ResultPage<>(rows, item.path());
      rows.add(item);
    }
    return new ResultPage<>(rows, null);
  }

  @Override
  public List<PhaseView> phases() {
    checkReady();
    return List.copyOf(phases);
  }

  private void checkReady() {
    switch (state) {
      case TrackerState.Ready ready -> {}
      case TrackerState.Restoring restoring -> throw new RestoringException(restoring);
      case TrackerState.Failed failed -> throw new UnavailableException(failed.reason(), null);
    }
  }

  private static void checkLimit(int limit) {
    if (limit < 1 || limit > LIMIT_MAX) throw new IllegalArgumentException("limit " + limit);
  }

  private boolean matches(JobQuery query, JobStatus job) {
    var tag = query.tag();
    var error = query.error();
    return (query.pipeline() == null || query.pipeline().equals(job.pipeline()))
        && (query.phase() == null || query.phase().equals(job.row().phase()))
        && (query.states().isEmpty() || query.states().contains(job.state()))
        && (query.key() == null || query.key().equals(job.key()))
        && (query.since() == null || !job.row().submitted().isBefore(query.since()))
        && (query.until() == null || job.row().submitted().isBefore(query.until()))
        && (tag == null
            || (job.tags().containsKey(tag.name())
                && (tag.value() == null || tag.value().equals(job.tags().get(tag.name())))))
        && (error == null
            || items.getOrDefault(job.id(), Map.of()).values().stream()
                .anyMatch(item -> item.reason().contains(error)));
  }

  private static int comparePaths(String left, String right) {
    var a = left.equals("/") ? new String[0] : left.substring(1).split("/");
    var b = right.equals("/") ? new String[0] : right.substring(1).split("/");
    for (var i = 0; i < Math.min(a.length, b.length); i++) {
      var order = Integer.compare(Integer.parseInt(a[i]), Integer.parseInt(b[i]));
      if (order != 0) return order;
    }
    return Integer.compare(a.length, b.length);
  }
}
