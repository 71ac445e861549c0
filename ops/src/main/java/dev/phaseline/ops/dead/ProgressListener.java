package dev.phaseline.ops.dead;

/// Listener for the progress of long work, which may ask it to stop. Called on the working thread.
public interface ProgressListener {
  /// Listener that does nothing.
  ProgressListener NONE = (_, _, _) -> {};

  /// Called as the work goes on.
  ///
  /// @param step in one word: `queueing`, `sending`, `canary`
  /// @param done so many letters
  /// @param of so many
  void at(String step, long done, long of);

  /// Whether the work should stop as soon as it can do so cleanly.
  default boolean stopRequested() {
    return false;
  }
}
