package dev.phaseline.ops.tracker;

import dev.phaseline.ops.accounting.CompactFormat;
import dev.phaseline.ops.accounting.ItemBook;
import dev.phaseline.ops.accounting.JobBook;
import dev.phaseline.ops.tracker.JobKeys.Listed;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Share of one tracker: its partitions. Jobs and items are exchanged as they are stored, so that
/// another process can answer without decoding them.
///
/// All methods throw [RestoringException] while there is no answer, and [UnavailableException] when
/// there won't be one. Thread-safe.
interface TrackerShare {

  /// A job as it is stored.
  ///
  /// @param at where it is listed
  /// @param bytes a [JobBook]
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Stored(Listed at, byte[] bytes) {
    JobBook book() {
      return at.read(bytes);
    }
  }

  /// A part of a search.
  ///
  /// @param jobs that match, newest first
  /// @param reached how far it looked: what is listed behind this is not known yet; null: it looked
  ///   everywhere
  record Found(List<Stored> jobs, @Nullable Listed reached) {}

  /// An item as it is stored.
  ///
  /// @param path in its job
  /// @param bytes an [ItemBook]
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record StoredItem(String path, byte[] bytes) {
    ItemBook book() {
      return ItemBook.read(new CompactFormat.In(bytes));
    }
  }

  /// A phase's counts.
  ///
  /// @param pipeline whose
  /// @param phase which
  /// @param counts `in, waiting, retrying, done, dead, came, went, queued`, the time in ms at which
  ///   one was queued, sent or taken back last or 0, and the oldest second that waits or -1
  /// @param stays [LastMinute.Beat#stays]
  /// @param from how many of its records came from which other phase
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record PhaseCount(
      String pipeline, String phase, long[] counts, long[] stays, Map<String, Long> from) {
    static final int COUNTS = 10;
  }

  /// The jobs of this id, one for each pipeline that has one.
  List<Stored> jobs(String id);

  /// Jobs that match.
  ///
  /// @param after begins behind this; null: at the beginning
  Found search(JobQuery query, @Nullable Listed after, int limit);

  /// An item that is not its job's first; null when it is not known.
  @Nullable StoredItem item(Listed job, String path);

  /// Items that are not their job's first.
  ///
  /// @param from begins there; the root: at the beginning
  List<StoredItem> items(Listed job, String from, int limit);

  /// All phases.
  List<PhaseCount> phases();
}
