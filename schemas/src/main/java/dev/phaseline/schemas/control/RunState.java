package dev.phaseline.schemas.control;

import java.util.Locale;

/// Whether a phase works, from "all" to "nothing": where several settings meet (the pipeline's, the
/// phase's, the server's), the one that lets the least run is in force.
public enum RunState {
  /// It works.
  RUNNING,
  /// It starts nothing and fetches nothing; what runs is finished and committed. It stays in its
  /// group and keeps its partitions.
  PAUSED,
  /// It starts nothing, finishes and commits what runs, and leaves its group: other servers take
  /// its partitions over, unless they are drained too. The process stays, and comes back when it is
  /// resumed.
  DRAINED;

  /// As records have it.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static RunState of(String text) {
    for (var state : values()) if (state.text().equals(text)) return state;
    throw new UnreadableControlException(
        "run is '" + Names.clip(text) + "', which this version doesn't know");
  }
}
