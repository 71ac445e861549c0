package dev.phaseline.ops.console;

import dev.phaseline.ops.tracker.ItemStatus;
import dev.phaseline.ops.tracker.JobQuery;
import dev.phaseline.ops.tracker.JobRow;
import dev.phaseline.ops.tracker.JobStatus;
import dev.phaseline.ops.tracker.Page;
import dev.phaseline.ops.tracker.PhaseView;
import dev.phaseline.ops.tracker.StatusSource;
import dev.phaseline.ops.tracker.TrackerState;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The status where no tracker runs: it says so, to whatever is asked, and guesses nothing. Dead
/// letters, workers and commands don't need one. Immutable.
public final class NoTracker implements StatusSource {
  private static final String WHY = "this console runs without a tracker";

  private static Problem none() {
    return Problem.unavailable(
        "no-tracker", WHY, "ask for dead letters, workers, settings or the audit, which need none");
  }

  @Override
  public TrackerState state() {
    return new TrackerState.Failed(WHY);
  }

  @Override
  public Optional<JobStatus> job(String id) {
    throw none();
  }

  @Override
  public Page<JobRow> jobs(JobQuery query, @Nullable String cursor, int limit) {
    throw none();
  }

  @Override
  public Optional<ItemStatus> item(String jobId, String path) {
    throw none();
  }

  @Override
  public Page<ItemStatus> items(String jobId, @Nullable String cursor, int limit) {
    throw none();
  }

  @Override
  public List<PhaseView> phases() {
    throw none();
  }
}
