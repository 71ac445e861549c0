package dev.phaseline.core.engine;

/// Suspension of a phase while a dependency is down, and its ramp afterwards: the number of
/// handlers that may start. After [Outcome.Suspend] nothing starts until the delay is over; then
/// one probe runs, and each success doubles what may run, until the limit is out of reach and
/// forgotten. Owned by the lane.
final class Suspension {
  private static final int NO_LIMIT = Integer.MAX_VALUE;

  private long untilNanos;
  private long sinceNanos;
  private boolean waiting;
  private int ramp = NO_LIMIT;
  private String reason = "";

  /// Nothing starts for so long.
  void suspend(long nowNanos, long delayNanos, String why) {
    var until = nowNanos + delayNanos;
    if (!waiting || until - untilNanos > 0) untilNanos = until;
    sinceNanos = nowNanos;
    waiting = true;
    ramp = 1;
    reason = why;
  }

  /// Number of handlers that may be in progress.
  int allowed(long nowNanos) {
    if (waiting && nowNanos - untilNanos >= 0) waiting = false;
    return waiting ? 0 : ramp;
  }

  /// An attempt has succeeded.
  void succeeded() {
    if (ramp == NO_LIMIT || waiting) return;
    ramp = ramp > NO_LIMIT / 4 || ramp >= 4_096 ? NO_LIMIT : ramp * 2;
  }

  /// Time until a probe may run; 0 when nothing holds it.
  long waitNanos(long nowNanos) {
    return waiting ? Math.max(0, untilNanos - nowNanos) : 0;
  }

  /// Whether less than everything may run.
  boolean isLimited() {
    return ramp != NO_LIMIT;
  }

  /// Whether what began then did so after the latest suspension.
  boolean hasStartedSince(long startNanos) {
    return startNanos - sinceNanos > 0;
  }

  /// Whether nothing may run, or only a probe.
  boolean isHolding() {
    return waiting || ramp == 1;
  }

  boolean isWaiting() {
    return waiting;
  }

  String reason() {
    return reason;
  }
}
