package dev.phaseline.worker;

import java.util.List;
import java.util.Optional;

/// A worker of the bench alone that publishes without transactions, to measure what exactly-once
/// costs. It lives in the worker's package because the choice of a sink is not public, and must not
/// be: a worker that repeats results after a crash is no product.
///
/// Everything else is the worker's own: lanes, order, ledger, progress in the offsets' metadata.
/// Its transactional producers are opened too, and stand idle.
///
/// Thread-safe. Closing is idempotent.
public final class AtLeastOnceWorker implements AutoCloseable {
  private final Worker worker;
  private final AtLeastOnceSinks sinks;

  private AtLeastOnceWorker(Worker worker, AtLeastOnceSinks sinks) {
    this.worker = worker;
    this.sinks = sinks;
  }

  /// Starts every lane, after the checks that every worker makes.
  ///
  /// @throws WorkerException when something is wrong, nothing started
  public static AtLeastOnceWorker start(WorkerConfig config, List<Placement> placements) {
    var sinks = new AtLeastOnceSinks(config);
    return new AtLeastOnceWorker(Worker.start(config, placements, sinks), sinks);
  }

  /// Failure that ended a lane, if there is one.
  public Optional<Throwable> failure() {
    return worker.failure();
  }

  @Override
  public void close() {
    worker.close();
    sinks.close(); // after the lanes, which publish until they end
  }
}
