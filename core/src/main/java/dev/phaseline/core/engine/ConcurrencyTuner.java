package dev.phaseline.core.engine;

/// Finds how many handlers are worth running at once, by measuring how long they take.
///
/// What handlers wait for (a database, a service, the processor) serves so many at once; more than
/// that only wait for each other. By Little's law, of `n` handlers that run, `n * (1 - base /
/// typical)` wait for others, where `base` is how long one takes when it waits for nobody and
/// `typical` how long one takes now. Few that wait: more may run. Many: fewer. This is TCP Vegas
/// (Brakmo and Peterson, 1995) on handlers instead of packets; what stands for few and many grows
/// with the square root of `n`, as the error of the measurement does.
///
/// Three things that Vegas does not need:
/// - `typical` is the geometric mean, so that one handler that takes an hour does not count for a
///   thousand that take a second.
/// - `base` can rise (the database got a slower disk) and a queue that is always there looks like
///   it. So every 60 windows (15 seconds, for quick handlers) a quarter as many run for one window,
///   and what is measured then is the new base: of a lasting queue that takes a part away each
///   time.
/// - Where handlers lack work, not permits, nothing is learned and nothing is changed.
///
/// What it does not see: a number that is worth less than its cost to others (a database that more
/// than this worker uses). That is what the most is for.
///
/// For one thread.
public final class ConcurrencyTuner {
  /// The number that it begins with, unless the most is less.
  public static final int FIRST = 16;

  private static final long WINDOW_NANOS = 250_000_000L;
  private static final int ROUNDS = 2; // so often each permit is used in a window
  private static final int SAMPLES_MIN = 20;
  private static final int PROBE_EVERY = 60;
  private static final int PROBE_PART = 4;
  private static final double BUSY = 0.75;

  private final int max;
  private int permits;
  private int resumed; // after the probe that is under way; 0 while none is
  private boolean doubling = true;
  private int windows;
  private int stale; // results of attempts that began under other permits
  private double baseNanos;
  private long beganNanos;
  private boolean begun;
  private int samples;
  private double logs;
  private double nanos;

  /// Nothing is known yet.
  ///
  /// @param max never more than this; at least 1
  public ConcurrencyTuner(int max) {
    if (max < 1) throw new IllegalArgumentException("max < 1: " + max);
    this.max = max;
    this.permits = Math.min(FIRST, max);
  }

  /// Number of handlers that may run at once.
  public int permits() {
    return permits;
  }

  /// A handler has succeeded. Failures tell nothing: they end early, or at their timeout.
  ///
  /// @param serviceNanos how long it took
  public void took(long serviceNanos) {
    if (stale > 0) {
      stale--;
      return;
    }
    var one = Math.max(1.0, (double) serviceNanos);
    samples++;
    logs += Math.log(one);
    nanos += one;
  }

  /// Looks at what was measured, if that is enough to tell something.
  ///
  /// @return whether [#permits] has changed
  public boolean turn(long nowNanos) {
    if (!begun || stale > 0) {
      begin(nowNanos);
      return false;
    }
    var lasted = nowNanos - beganNanos;
    if (lasted < WINDOW_NANOS || samples < Math.max(SAMPLES_MIN, ROUNDS * permits)) return false;
    var typical = Math.exp(logs / samples);
    var isBusy = nanos >= BUSY * permits * (double) lasted;
    begin(nowNanos);
    var before = permits;
    if (resumed > 0) endProbe(typical);
    else if (isBusy) adapt(typical);
    if (permits == before) return false;
    stale = before;
    return true;
  }

  private void begin(long nowNanos) {
    begun = true;
    beganNanos = nowNanos;
    samples = 0;
    logs = 0;
    nanos = 0;
  }

  private void endProbe(double typical) {
    baseNanos = typical;
    permits = resumed;
    resumed = 0;
  }

  private void adapt(double typical) {
    if (baseNanos == 0) baseNanos = typical;
    // not the lowest ever: of many measurements that is the one with the largest error
    else if (typical < baseNanos) baseNanos = (baseNanos + typical) / 2;
    if (++windows >= PROBE_EVERY && permits > 1) {
      windows = 0;
      resumed = permits;
      permits = Math.max(1, permits / PROBE_PART);
      return;
    }
    var step = Math.sqrt(permits) + 1;
    var waiting = permits * (1 - baseNanos / typical);
    if (waiting < step) {
      permits = (int) Math.min(max, doubling ? 2L * permits : permits + (long) Math.ceil(step));
      return;
    }
    doubling = false;
    var tooMany = waiting - 2 * step;
    if (tooMany > 0) permits = Math.max(1, permits - (int) Math.ceil(tooMany / 2));
  }
}
