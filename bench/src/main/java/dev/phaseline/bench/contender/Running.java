package dev.phaseline.bench.contender;

import java.util.Map;
import java.util.Optional;

/// A contender at work.
public interface Running extends AutoCloseable {

  /// What it could not go on from, if anything.
  Optional<Throwable> failure();

  /// How many items it holds that are not due; 0 for everyone who moves them at once.
  default long waiting() {
    return 0;
  }

  /// What it says of itself, for contenders that are there to tell; cheap.
  default Map<String, Double> figures() {
    return Map.of();
  }

  /// Looks things up, for contenders that are there to tell.
  ///
  /// @param jobs how many there are to look up
  /// @return how long it took
  default Map<String, Double> look(int jobs) {
    return Map.of();
  }

  /// Stops in order: what is under way is completed or given up, nothing is left half done.
  @Override
  void close();
}
