package dev.phaseline.ops.tracker;

import dev.phaseline.ops.accounting.JobBook;
import dev.phaseline.ops.tracker.JobKeys.Listed;
import dev.phaseline.ops.tracker.TrackerShare.Found;
import dev.phaseline.ops.tracker.TrackerShare.Stored;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.reading.PassedOver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Status that is merged from the shares of all trackers. Thread-safe.
final class MergedStatus implements StatusSource {
  private static final Duration PHASES_FRESH = Duration.ofSeconds(1);

  private final Owners owners;
  private final Supplier<TrackerState> state;
  private final PassedOver passed;
  private final StatusViews views;
  private final InstantSource clock;
  private final AtomicReference<@Nullable Phases> recent = new AtomicReference<>();

  /// Current owners of the partitions.
  interface Owners {
    /// Share that owns the jobs of this id.
    ///
    /// @throws RestoringException while that is being settled
    TrackerShare of(String jobId);

    /// All that together keep everything.
    ///
    /// @throws RestoringException while a part has no owner
    List<TrackerShare> all();
  }

  /// @param atNanos when it was true
  private record Phases(List<PhaseView> views, long atNanos) {}

  MergedStatus(
      Owners owners,
      Supplier<TrackerState> state,
      PassedOver passed,
      StatusViews views,
      InstantSource clock) {
    this.owners = owners;
    this.state = state;
    this.passed = passed;
    this.views = views;
    this.clock = clock;
  }

  @Override
  public TrackerState state() {
    return state.get();
  }

  @Override
  public NotCounted notCounted() {
    return new NotCounted(passed.count(), passed.last());
  }

  @Override
  public Optional<JobStatus> job(String id) {
    var job = newest(owners.of(id), id);
    return job == null ? Optional.empty() : Optional.of(views.job(job, eta(job)));
  }

  /// Ids are unique in a pipeline; of several pipelines that have it, the newest job is meant.
  private static @Nullable JobBook newest(TrackerShare share, String id) {
    return share.jobs(id).stream()
        .min(Comparator.comparing(Stored::at, Listed::newestFirst))
        .map(Stored::book)
        .orElse(null);
  }

  @Override
  public ResultPage<JobRow> jobs(JobQuery query, @Nullable String cursor, int limit) {
    checkLimit(limit);
    var after = Cursors.read(query, cursor);
    var found = new ArrayList<Found>();
    for (var share : owners.all()) found.add(share.search(query, after, limit));
    // What is behind the place that one of them has reached, may have something before it.
    var reached =
        found.stream()
            .map(Found::reached)
            .filter(Objects::nonNull)
            .min(Listed::newestFirst)
            .orElse(null);
    var rows =
        found.stream()
            .flatMap(one -> one.jobs().stream())
            .filter(job -> reached == null || Listed.newestFirst(job.at(), reached) <= 0)
            .sorted(Comparator.comparing(Stored::at, Listed::newestFirst))
            .toList();
    var shown = rows.subList(0, Math.min(limit, rows.size()));
    var last = shown.size() < rows.size() ? shown.getLast().at() : reached;
    return new ResultPage<>(
        shown.stream().map(job -> views.row(job.book())).toList(),
        last == null ? null : Cursors.of(query, last));
  }

  @Override
  public Optional<ItemStatus> item(String jobId, String path) {
    var share = owners.of(jobId);
    var job = newest(share, jobId);
    if (job == null || !isPath(path)) return Optional.empty();
    if (path.equals(ItemHeaders.ROOT)) return Optional.of(views.item(job, path, job.root()));
    return Optional.ofNullable(share.item(at(job), path))
        .map(item -> views.item(job, path, item.book()));
  }

  private static boolean isPath(String path) {
    return path.equals(ItemHeaders.ROOT) || path.matches("(/[0-9]{1,9}){1,40}");
  }

  @Override
  public ResultPage<ItemStatus> items(String jobId, @Nullable String cursor, int limit) {
    checkLimit(limit);
    var from = Cursors.read(jobId, cursor);
    var share = owners.of(jobId);
    var job = newest(share, jobId);
    if (job == null) return new ResultPage<>(List.of(), null);
    var rows = new ArrayList<ItemStatus>();
    if (from.equals(ItemHeaders.ROOT)) rows.add(views.item(job, from, job.root()));
    for (var item : share.items(at(job), from, limit + 1 - rows.size())) {
      if (rows.size() == limit) return new ResultPage<>(rows, Cursors.of(jobId, item.path()));
      rows.add(views.item(job, item.path(), item.book()));
    }
    return new ResultPage<>(rows, null);
  }

  private static Listed at(JobBook job) {
    return new Listed(job.pipeline(), job.listedMs(), job.id());
  }

  @Override
  public List<PhaseView> phases() {
    var counts = new ArrayList<TrackerShare.PhaseCount>();
    for (var share : owners.all()) counts.addAll(share.phases());
    var phases = PhaseSums.views(counts, views.inFlight(), clock.millis());
    recent.set(new Phases(phases, System.nanoTime()));
    return phases;
  }

  /// The phases of a second ago are as good for a guess.
  private List<PhaseView> recentPhases() {
    var known = recent.get();
    var isFresh = known != null && System.nanoTime() - known.atNanos() < PHASES_FRESH.toNanos();
    return known != null && isFresh ? known.views() : phases();
  }

  /// The time at which the last of its items will have gone the slowest way that items go from
  /// where it is, see [RemainingTime]. Items that come back from the timers are taken for being
  /// there already, but for a job of one item, whose timer is known.
  private @Nullable Instant eta(JobBook job) {
    if (job.isEnded()) return null;
    var now = clock.instant();
    var back = Duration.ZERO;
    if (job.made() == 1) {
      var until = views.job(job, null).until();
      if (until != null && until.isAfter(now)) back = Duration.between(now, until);
    }
    var ahead = new RemainingTime(job.pipeline(), recentPhases());
    var longest = back;
    for (var count : job.counts()) {
      if (count.state().isEnded()) continue;
      var takes = ahead.from(count.phase(), back);
      if (takes == null) return null;
      if (takes.compareTo(longest) > 0) longest = takes;
    }
    return now.plus(longest);
  }

  private static void checkLimit(int limit) {
    if (limit < 1 || limit > LIMIT_MAX) {
      throw new IllegalArgumentException("limit " + limit + " is not in 1.." + LIMIT_MAX);
    }
  }
}
