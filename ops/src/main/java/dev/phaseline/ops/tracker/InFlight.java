package dev.phaseline.ops.tracker;

import dev.phaseline.ops.accounting.WorkState;
import dev.phaseline.schemas.RecordAddress;
import dev.phaseline.schemas.control.Heartbeat;
import java.util.Optional;

/// Items in flight, as workers report them: makes `waiting` of the topics `running` or `suspended`,
/// and tells waiting from handling in the times of a phase. The topics alone can't tell, because a
/// worker that takes a record writes nothing. Thread-safe; called for each row of a list, so it
/// answers at once.
@FunctionalInterface
public interface InFlight extends AutoCloseable {
  /// The answer without reports.
  InFlight UNKNOWN = place -> Optional.empty();

  /// Report of a worker about an item.
  ///
  /// @param state running, or suspended
  /// @param worker its name
  record Seen(WorkState state, String worker) {
    public Seen {
      if (state != WorkState.RUNNING && state != WorkState.SUSPENDED) {
        throw new IllegalArgumentException("not a state that workers report: " + state);
      }
    }
  }

  /// Worker that has the item of this record.
  Optional<Seen> at(RecordAddress place);

  /// The times for which items of a phase waited and handlers took in the last minute, over all
  /// workers that report; of nothing when none does.
  default Heartbeat.Times times(String pipeline, String phase) {
    return Heartbeat.Times.NONE;
  }

  /// Stops listening, where somebody listens.
  @Override
  default void close() {}
}
