package dev.phaseline.ops.tracker;

import dev.phaseline.schemas.reading.PassedOver;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Status of jobs, items and phases. Never a wrong answer: while a part of what it needs is not
/// there, it says so by [RestoringException].
///
/// Each answer is true of what was read of the topics when it was asked; two answers may be of
/// different moments. Lists are stable: paging through one shows every job once that was there when
/// it began, whatever happens meanwhile, unless its retention ends.
///
/// All methods but [#state] and [#notCounted] throw [RestoringException] while there is no answer
/// yet and [UnavailableException] when there won't be one. Thread-safe.
public interface StatusSource {
  /// More rows than that are not given at once.
  int LIMIT_MAX = 1_000;

  /// Records that are in none of the answers, because they can't be read.
  ///
  /// @param count how many since the start
  /// @param last those that came last, oldest first
  record NotCounted(long count, List<PassedOver.Place> last) {
    /// All could be read.
    public static final NotCounted NOTHING = new NotCounted(0, List.of());

    public NotCounted {
      last = List.copyOf(last);
    }
  }

  /// Lifecycle state of the tracker. Never throws.
  TrackerState state();

  /// Records that the tracker of this process passed over. Never throws.
  NotCounted notCounted();

  /// One job; empty when no such job is known, or it is no longer kept.
  Optional<JobStatus> job(String id);

  /// Jobs, newest submission first.
  ///
  /// @param cursor where to begin: [ResultPage#next] of the page before; null at the beginning
  /// @param limit how many at most, 1 to [#LIMIT_MAX]
  /// @throws BadCursorException when the cursor is not one of this query's list
  /// @throws IllegalArgumentException when the limit is out of range
  ResultPage<JobRow> jobs(JobQuery query, @Nullable String cursor, int limit);

  /// One item; empty when no such item is known, or it is no longer kept.
  ///
  /// @param path `/`, `/3`, `/3/0`
  Optional<ItemStatus> item(String jobId, String path);

  /// The items of a job, in the order of their paths: an item, then all that it became, each level
  /// in order of its numbers. Empty when no such job is known.
  ///
  /// @param cursor where to begin; null at the beginning
  /// @param limit how many at most, 1 to [#LIMIT_MAX]
  /// @throws BadCursorException when the cursor is not one of this list
  /// @throws IllegalArgumentException when the limit is out of range
  ResultPage<ItemStatus> items(String jobId, @Nullable String cursor, int limit);

  /// All phases that any item was seen in, by pipeline and name.
  List<PhaseView> phases();
}
