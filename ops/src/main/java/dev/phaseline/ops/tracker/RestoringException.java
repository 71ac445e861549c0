package dev.phaseline.ops.tracker;

import java.util.Locale;

/// The tracker is still reading its store back, here or on another server. Ask again later.
public final class RestoringException extends StatusException {
  private static final long serialVersionUID = 1L;
  private final transient TrackerState.Restoring state;

  RestoringException(TrackerState.Restoring state) {
    super(
        String.format(
            Locale.ROOT,
            "the tracker is restoring, %.0f %% done (%,d of %,d records); ask again later",
            Math.floor(100 * state.progress()),
            state.restored(),
            state.total()),
        null);
    this.state = state;
  }

  /// The progress of the restore.
  public TrackerState.Restoring state() {
    return state;
  }
}
