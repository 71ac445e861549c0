package dev.phaseline.ops.dead;

/// Is told how far long work is, and may ask it to stop. Called on the working thread.
public interface ProgressListener {
  /// Nobody looks.
  ProgressListener NONE = (_, _, _) -> {};

  /// What is being done.
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
