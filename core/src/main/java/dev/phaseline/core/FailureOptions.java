package dev.phaseline.core;

import java.time.Duration;

/// Failure policy of a phase beyond the retry policy: order after long retries, long waits,
/// outages. If it exists, it is valid.
///
/// @param afterInPlace what follows when an item has held back its key for the retry policy's
///   `inPlaceMax`
/// @param leaveLaneAfter where order is not at stake, an item that has to wait at least this long
///   for its next attempt leaves the lane and waits with the timer service, if the worker has one
/// @param outage when many failures are taken for one outage
public record FailureOptions(AfterInPlace afterInPlace, Duration leaveLaneAfter, Outage outage) {

  /// Treatment of an item of an ordered phase that has used up its in-place budget.
  public enum AfterInPlace {
    /// The item keeps its place and its later items wait behind it, until its attempts or its total
    /// budget are spent. The default: a phase in order keeps its order for as long as the policy
    /// lasts, and the other two change the order of effects without a sign of it.
    PARK_KEY,
    /// The item loses its place: its later items go on, it is tried again behind them.
    GIVE_UP_ORDER,
    /// The item is dead, its later items go on.
    DEAD_LETTER
  }

  /// Rule for when failures of many keys are one outage: the phase is suspended, attempts are
  /// spared, single probes go out. A key that fails alone is never one.
  ///
  /// @param keysMin so many keys must have failed alike; 0 switches the judgement off
  /// @param window within this time
  /// @param successShareMax while successes were no more than this share of them
  /// @param probeMin how long the phase rests before the first probe
  /// @param probeMax how long it rests at most, after doubling with each probe that fails
  /// @param spareMax for how long attempts are spared; then those of probes count
  public record Outage(
      int keysMin,
      Duration window,
      double successShareMax,
      Duration probeMin,
      Duration probeMax,
      Duration spareMax) {

    /// Ten keys within a minute, with at most two successes among them. A mistake costs a rest of a
    /// second, so suspicion may be quick. Probes after 1 s to 30 s. Seven days, as long as Kafka
    /// keeps a record by default.
    public static final Outage DEFAULT =
        new Outage(
            10,
            Duration.ofMinutes(1),
            0.2,
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofDays(7));

    /// Every failure is the item's own.
    public static final Outage NEVER =
        new Outage(0, DEFAULT.window, 0, DEFAULT.probeMin, DEFAULT.probeMax, DEFAULT.spareMax);

    /// More keys than this say no more, but take memory.
    public static final int KEYS_MAX = 10_000;

    public Outage {
      if (keysMin != 0 && (keysMin < 2 || keysMin > KEYS_MAX)) {
        throw new IllegalArgumentException(
            "keysMin is not in 2.." + KEYS_MAX + ", and not 0 for never: " + keysMin);
      }
      if (!(successShareMax >= 0 && successShareMax <= 1)) {
        throw new IllegalArgumentException("successShareMax is not in 0..1: " + successShareMax);
      }
      moreThanZero("window", window);
      moreThanZero("probeMin", probeMin);
      if (probeMax.compareTo(probeMin) < 0) {
        throw new IllegalArgumentException("probeMax " + probeMax + " < probeMin " + probeMin);
      }
      if (spareMax.isNegative()) {
        throw new IllegalArgumentException("spareMax is negative: " + spareMax);
      }
    }

    /// Whether anything is ever judged to be an outage.
    public boolean isOn() {
      return keysMin > 0;
    }

    /// This rule with another number of keys.
    public Outage withKeysMin(int keys) {
      return new Outage(keys, window, successShareMax, probeMin, probeMax, spareMax);
    }

    /// This rule with other rests between probes.
    public Outage withProbes(Duration min, Duration max) {
      return new Outage(keysMin, window, successShareMax, min, max, spareMax);
    }

    // In this class and not in the outer one, whose initialisation needs this one's.
    private static void moreThanZero(String name, Duration duration) {
      if (duration.isNegative() || duration.isZero()) {
        throw new IllegalArgumentException(name + " must be more than zero: " + duration);
      }
    }
  }

  /// Keys are parked, waits of 5 s and more leave the lane, outages are judged.
  public static final FailureOptions DEFAULT =
      new FailureOptions(AfterInPlace.PARK_KEY, Duration.ofSeconds(5), Outage.DEFAULT);

  public FailureOptions {
    Outage.moreThanZero("leaveLaneAfter", leaveLaneAfter);
  }

  /// These options with another end of the in-place budget.
  public FailureOptions withAfterInPlace(AfterInPlace what) {
    return new FailureOptions(what, leaveLaneAfter, outage);
  }

  /// These options with another threshold for waits outside the lane.
  public FailureOptions withLeaveLaneAfter(Duration wait) {
    return new FailureOptions(afterInPlace, wait, outage);
  }

  /// These options with another judgement of outages.
  public FailureOptions withOutage(Outage rule) {
    return new FailureOptions(afterInPlace, leaveLaneAfter, rule);
  }
}
