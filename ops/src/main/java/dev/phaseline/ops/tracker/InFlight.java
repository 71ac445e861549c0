package dev.phaseline.ops.tracker;

import java.util.Optional;

/// What workers report of the items that they hold: makes `waiting` of the topics `running` or
/// `suspended`. The topics alone can't tell, because a worker that takes a record writes nothing.
/// Thread-safe; called for each row of a list, so it answers at once.
@FunctionalInterface
public interface InFlight extends AutoCloseable {
  /// Where nobody reports.
  InFlight UNKNOWN = place -> Optional.empty();

  /// What a worker says about an item.
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

  /// Who has the item of this record.
  Optional<Seen> at(Place place);

  /// Stops listening, where somebody listens.
  @Override
  default void close() {}
}
