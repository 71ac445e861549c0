package dev.phaseline.schemas.control;

import java.util.Locale;

/// Operating state of a phase, from "all" to "nothing": where several settings meet (the
/// pipeline's, the phase's, the server's), the one that lets the least run is in force.
public enum RunState {
  /// Handlers start and records are fetched.
  RUNNING,
  /// No handler starts and nothing is fetched; running items are finished and committed. It stays
  /// in its group and keeps its partitions.
  PAUSED,
  /// No handler starts, running items are finished and committed, and the group is left: other
  /// servers take its partitions over, unless they are drained too. The process stays, and comes
  /// back when it is resumed.
  DRAINED;

  /// As records have it.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static RunState of(String text) {
    for (var state : values()) if (state.text().equals(text)) return state;
    throw new UnreadableControlException(
        "run is '" + ControlNames.clip(text) + "', which is unknown to this version");
  }
}
