package dev.phaseline.worker;

/// Listener for the states of a worker and of its phases, so that a program can report or act when
/// one fails or is held up, without asking [Worker#status] all the time.
///
/// Calls come one at a time, on a thread of the listener's own, which is a daemon: a slow listener
/// delays neither items nor other listeners. It gets the state as it is when its turn comes; states
/// that were over by then, or that lasted less than 200 ms, are left out. A listener that throws is
/// logged and called again at the next change. An [OutOfMemoryError] ends its thread.
public interface WorkerListener {
  /// State of a worker.
  enum WorkerState {
    /// All its lanes run, or start again after a problem that passes.
    RUNNING,
    /// A lane has ended because of something that it can't mend ([Worker#failure]). Other lanes go
    /// on.
    FAILED,
    /// The worker was closed. No call comes after this one.
    STOPPED
  }

  /// State of a phase in one worker.
  enum PhaseState {
    /// Nothing holds it up.
    RUNNING,
    /// Wanted to run, but held up or limited: [PhaseStatus#condition] names the cause.
    HELD_UP,
    /// An operator has paused it, and all its lanes obey.
    PAUSED,
    /// An operator has drained it, and all its lanes obey.
    DRAINED;

    static PhaseState of(PhaseStatus status) {
      return switch (status.run()) {
        case RUNNING -> status.condition().isEmpty() ? RUNNING : HELD_UP;
        case PAUSED -> PAUSED;
        case DRAINED -> DRAINED;
      };
    }
  }

  /// Called with the worker's first state, and whenever it has changed.
  default void workerChanged(WorkerState state) {}

  /// Called with a phase's first state, and whenever it has changed. A condition whose words change
  /// while the phase stays held up is no change.
  ///
  /// @param state the new state
  /// @param status the status that it comes from
  default void phaseChanged(PhaseState state, PhaseStatus status) {}
}
