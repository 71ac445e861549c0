package dev.phaseline.ops.tracker;

import dev.phaseline.ops.tracker.JobKeys.Listed;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.jspecify.annotations.Nullable;

/// A share whose stores may be closed while they are read, because their partition moves: then
/// there is no answer. Thread-safe.
///
/// @param inner who answers
/// @param restoring what is said instead
record GuardedShare(TrackerShare inner, Supplier<RestoringException> restoring)
    implements TrackerShare {

  @Override
  public List<Stored> jobs(String id) {
    return guarded(() -> inner.jobs(id));
  }

  @Override
  public Found search(JobQuery query, @Nullable Listed after, int limit) {
    return guarded(() -> inner.search(query, after, limit));
  }

  @Override
  public @Nullable StoredItem item(Listed job, String path) {
    try {
      return inner.item(job, path);
    } catch (InvalidStateStoreException moved) {
      throw restoring.get();
    }
  }

  @Override
  public List<StoredItem> items(Listed job, String from, int limit) {
    return guarded(() -> inner.items(job, from, limit));
  }

  @Override
  public List<PhaseCount> phases() {
    return guarded(inner::phases);
  }

  private <T> T guarded(Supplier<T> answer) {
    try {
      return answer.get();
    } catch (InvalidStateStoreException moved) {
      throw restoring.get();
    }
  }
}
