package dev.phaseline.bench.contender;

import java.util.Optional;

/// A contender at work.
public interface Running extends AutoCloseable {

  /// What it could not go on from, if anything.
  Optional<Throwable> failure();

  /// How many items it holds that are not due; 0 for everyone who moves them at once.
  default long waiting() {
    return 0;
  }

  /// Stops in order: what is under way is completed or given up, nothing is left half done.
  @Override
  void close();
}
