package dev.phaseline.cli.progress;

/// Counts of one phase's items by state. Immutable.
///
/// @param name the phase's name
/// @param waiting written to the phase's topic, not started
/// @param running handed to a handler that has not returned
/// @param done went on, or ended well
/// @param dead ended as dead letters
/// @param expected how many the phase will have had in the end; -1 when nobody knows
public record PhaseCounts(
    String name, long waiting, long running, long done, long dead, long expected) {

  /// Count that is not known.
  public static final long UNKNOWN = -1;

  public PhaseCounts {
    // The numbers come from readers that are not in step: an item may be counted as ended by one
    // before it was counted as arrived by the other. Less than nothing is shown as nothing.
    waiting = Math.max(0, waiting);
    running = Math.max(0, running);
  }

  /// Number of items that have left the phase.
  public long ended() {
    return done + dead;
  }

  /// Number of items that are still to leave the phase, as far as is known.
  public long remaining() {
    return expected == UNKNOWN ? waiting + running : Math.max(0, expected - ended());
  }
}
