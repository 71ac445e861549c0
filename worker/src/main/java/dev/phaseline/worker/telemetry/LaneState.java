package dev.phaseline.worker.telemetry;

import dev.phaseline.worker.Placement;
import org.jspecify.annotations.Nullable;

/// State of one lane, as meters and watches read it: so they know no lane, only what each of them
/// reports. Any thread may ask; an answer is as old as the lane's last turn.
public interface LaneState {
  /// The phase that the lane belongs to.
  Placement placement();

  /// The topic that the lane reads.
  String topic();

  /// Its counters, positions and problems.
  LaneReport report();

  /// Number of handlers at work.
  int running();

  /// Number of handlers that were given up and have not ended.
  int hung();

  /// Problem that stops the lane, in words; empty when there is none.
  String trouble();

  /// Failure that ended the lane for good; null while there is none.
  @Nullable Throwable failure();
}
