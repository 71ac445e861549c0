package dev.phaseline.bench.contender;

import java.util.Map;
import java.util.Optional;

/// A contender at work.
public interface Running extends AutoCloseable {

  /// The failure that ended it, if any.
  Optional<Throwable> failure();

  /// The number of items that it holds because they are not due; 0 for contenders that move them at
  /// once.
  default long waiting() {
    return 0;
  }

  /// The contender's own figures; cheap.
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
