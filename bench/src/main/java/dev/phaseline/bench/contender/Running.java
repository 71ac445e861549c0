package dev.phaseline.bench.contender;

import java.util.Optional;

/// A contender at work.
public interface Running extends AutoCloseable {

  /// What it could not go on from, if anything.
  Optional<Throwable> failure();

  /// Stops in order: what is under way is completed or given up, nothing is left half done.
  @Override
  void close();
}
