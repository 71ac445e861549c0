package dev.phaseline.schemas.control;

import java.util.Arrays;
import java.util.OptionalLong;

/// Histogram of values on a scale that gets coarser with size: eight steps for each doubling, so
/// that a step's upper end is at most an eighth above whatever fell into it. Up to 8 each value has
/// a step of its own; 2^47 and more share the last one. The unit is the user's.
///
/// Several add up without loss ([#plus]), which percentiles do not: what 99 of 100 of all did not
/// exceed can't be told from what 99 of 100 of each did not.
///
/// Immutable; two with the same counts are equal. At most [#BUCKETS] counts, about 3 KB.
public final class Histogram {
  /// Number of steps of the scale. It is a part of the formats that carry counts.
  public static final int BUCKETS = 360;

  /// Of nothing.
  public static final Histogram NONE = new Histogram(new long[0]);

  private static final int SUB_BITS = 3;
  private static final int SUB = 1 << SUB_BITS;

  /// Up to the last one that is not 0.
  private final long[] counts;

  private Histogram(long[] counts) {
    this.counts = counts;
  }

  /// The bucket of a value: an index, from 0 to below [#BUCKETS]. A few instructions, for those who
  /// count a hundred thousand a second; what is below 0 counts as 0.
  public static int bucket(long value) {
    if (value < SUB) return (int) Math.max(0, value);
    var shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(value) - SUB_BITS;
    return Math.min(BUCKETS - 1, (shift + 1) * SUB + (int) (value >>> shift) - SUB);
  }

  /// The largest value that falls there.
  public static long upper(int bucket) {
    if (bucket < SUB) return bucket;
    var shift = bucket / SUB - 1;
    return ((long) (bucket % SUB + SUB + 1) << shift) - 1;
  }

  /// Of counts by [#bucket].
  ///
  /// @throws IllegalArgumentException when there are more than [#BUCKETS], or one is below 0
  public static Histogram of(long[] counts) {
    var last = counts.length;
    while (last > 0 && counts[last - 1] == 0) last--;
    if (last > BUCKETS) {
      throw new IllegalArgumentException(last + " counts, a histogram has " + BUCKETS);
    }
    for (var count : counts) {
      if (count < 0) throw new IllegalArgumentException("a count is " + count);
    }
    return last == 0 ? NONE : new Histogram(Arrays.copyOf(counts, last));
  }

  /// Both together.
  public Histogram plus(Histogram that) {
    if (that.isEmpty()) return this;
    if (isEmpty()) return that;
    var sum = Arrays.copyOf(counts, Math.max(counts.length, that.counts.length));
    for (var i = 0; i < that.counts.length; i++) sum[i] += that.counts[i];
    return new Histogram(sum);
  }

  /// Whether nothing was counted.
  public boolean isEmpty() {
    return counts.length == 0;
  }

  /// Number of values that were counted.
  public long total() {
    var total = 0L;
    for (var count : counts) total += count;
    return total;
  }

  /// Number of values in that step.
  public long count(int bucket) {
    return bucket < counts.length ? counts[bucket] : 0;
  }

  /// Upper bound of this part of all values, at most an eighth too high; empty when nothing was
  /// counted, because no value is not 0.
  ///
  /// @param part above 0, at most 1
  public OptionalLong atMost(double part) {
    if (!(part > 0 && part <= 1)) throw new IllegalArgumentException("no part of all: " + part);
    if (isEmpty()) return OptionalLong.empty();
    var wanted = (long) Math.ceil(total() * part);
    var seen = 0L;
    var bucket = -1;
    while (seen < wanted) seen += counts[++bucket];
    return OptionalLong.of(upper(bucket));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Histogram that && Arrays.equals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return isEmpty()
        ? "of nothing"
        : "of " + total() + ", p50 " + atMost(0.5).orElse(0) + ", p99 " + atMost(0.99).orElse(0);
  }
}
