package dev.phaseline.ops.control;

import dev.phaseline.schemas.control.Heartbeat;
import java.time.Duration;

/// State of a worker by its latest heartbeat.
///
/// @param heartbeat what it said of itself
/// @param liveness whether that still holds
/// @param age how long ago it said so, by the clocks of the broker and the reader
public record WorkerView(Heartbeat heartbeat, Liveness liveness, Duration age) {

  /// Whether a worker is there.
  public enum Liveness {
    /// The worker sends heartbeats.
    LIVE,
    /// The worker has ended in order.
    STOPPED,
    /// The worker's heartbeats stopped without a last one: killed, cut off, or frozen.
    GONE,
    /// Not known: it has not reported, but its report could not have been written or read either,
    /// because brokers are away, or were until a moment ago.
    UNKNOWN
  }

  /// Whether it reports.
  public boolean isLive() {
    return liveness == Liveness.LIVE;
  }
}
