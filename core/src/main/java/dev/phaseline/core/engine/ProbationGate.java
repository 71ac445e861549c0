package dev.phaseline.core.engine;

/// Lets one item at a time run alone, over all lanes of a process: only then does a crash tell
/// which item it was. Thread-safe.
public interface ProbationGate {

  /// Takes the only permit, if it is free.
  boolean tryEnter();

  /// Gives it back.
  void leave();

  /// A gate for a process with one lane.
  static ProbationGate single() {
    var free = new java.util.concurrent.atomic.AtomicBoolean(true);
    return new ProbationGate() {
      @Override
      public boolean tryEnter() {
        return free.compareAndSet(true, false);
      }

      @Override
      public void leave() {
        free.set(true);
      }
    };
  }
}
