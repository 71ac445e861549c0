package dev.phaseline.core.engine;

import dev.phaseline.core.PhaseOptions;
import java.time.Duration;

/// Settings of a lane. If it exists, it is valid.
///
/// @param options the phase's own
/// @param commit when results are published
/// @param spanMax how far delivery may run ahead of the first incomplete offset, in offsets; what a
///   successor may have to read again
/// @param revokeDrain how long a partition that is taken away waits for handlers that have started
/// @param trials how the record is found that kills its worker
public record LaneSettings(
    PhaseOptions options, Commit commit, long spanMax, Duration revokeDrain, Trials trials) {

  /// Bounds by which results are published.
  ///
  /// @param itemsMax a transaction has at most so many items
  /// @param bytesMax and about so many bytes
  /// @param linger a result waits at most so long for others
  public record Commit(int itemsMax, long bytesMax, Duration linger) {
    /// 4,000 items, 8 MiB, 5 ms.
    public static final Commit DEFAULT = new Commit(4_000, 8L << 20, Duration.ofMillis(5));

    public Commit {
      if (itemsMax < 1) throw new IllegalArgumentException("itemsMax < 1: " + itemsMax);
      if (bytesMax < 1) throw new IllegalArgumentException("bytesMax < 1: " + bytesMax);
      if (linger.isNegative()) throw new IllegalArgumentException("linger is negative: " + linger);
    }
  }

  /// Sizes of the trial runs of a quarantined partition. A death in a trial of n items is followed
  /// by trials of n / parts; so with the defaults one in a stretch of 512 is found after three
  /// deaths more, and needs three more alone.
  ///
  /// @param crashesAloneMax after so many crashes while it ran alone, an item is dead
  /// @param itemsMin the first trial has at most so many items; each that is survived doubles it
  /// @param itemsMax no trial has more
  /// @param parts into how many trials one is split that was not survived
  public record Trials(int crashesAloneMax, int itemsMin, int itemsMax, int parts) {
    /// 3 crashes alone, 64 items at first, 512 at most, 8 parts.
    public static final Trials DEFAULT = new Trials(3, 64, 512, 8);

    public Trials {
      if (crashesAloneMax < 1) {
        throw new IllegalArgumentException("crashesAloneMax < 1: " + crashesAloneMax);
      }
      if (itemsMin < 1) throw new IllegalArgumentException("itemsMin < 1: " + itemsMin);
      if (itemsMax < itemsMin) {
        throw new IllegalArgumentException("itemsMax " + itemsMax + " < itemsMin " + itemsMin);
      }
      if (parts < 2) throw new IllegalArgumentException("parts < 2: " + parts);
    }
  }

  public LaneSettings {
    if (spanMax < Progress.SPAN_ALWAYS) {
      throw new IllegalArgumentException("spanMax < " + Progress.SPAN_ALWAYS + ": " + spanMax);
    }
    if (revokeDrain.isNegative()) {
      throw new IllegalArgumentException("revokeDrain is negative: " + revokeDrain);
    }
  }

  /// These options with everything else at its default: a span of 1,000,000, 5 s to drain.
  public static LaneSettings of(PhaseOptions options) {
    return new LaneSettings(
        options, Commit.DEFAULT, 1_000_000, Duration.ofSeconds(5), Trials.DEFAULT);
  }

  /// These settings with other sizes of trial runs.
  public LaneSettings withTrials(Trials sizes) {
    return new LaneSettings(options, commit, spanMax, revokeDrain, sizes);
  }

  /// These settings with another commit rule.
  public LaneSettings withCommit(Commit rule) {
    return new LaneSettings(options, rule, spanMax, revokeDrain, trials);
  }
}
