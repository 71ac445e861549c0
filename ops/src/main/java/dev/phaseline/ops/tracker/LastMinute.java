package dev.phaseline.ops.tracker;

import dev.phaseline.schemas.control.Histogram;
import java.util.Arrays;

/// Counts of a phase's last minute: items in and out, and how long they stayed. Not stored: after a
/// restart it fills again. What happened longer ago than that does not count, so that a tracker
/// that catches up does not take its own speed for the phase's. Thread-safe.
final class LastMinute {
  static final int SECONDS = 60;

  private final long[] seconds = new long[SECONDS];
  private final int[] came = new int[SECONDS];
  private final int[] went = new int[SECONDS];
  private final long[] now = new long[Histogram.BUCKETS];
  private final long[] before = new long[Histogram.BUCKETS];
  private long minute;

  /// @param came in the last minute
  /// @param went in the last minute
  /// @param stays how many stayed for how long, in milliseconds, by [Histogram#bucket]
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Beat(long came, long went, long[] stays) {}

  synchronized void came(long nowMs, long atMs) {
    var slot = slot(nowMs, atMs);
    if (slot >= 0) came[slot]++;
  }

  synchronized void went(long nowMs, long atMs, long stayMs) {
    var slot = slot(nowMs, atMs);
    if (slot < 0) return;
    went[slot]++;
    turn(nowMs / 60_000);
    now[Histogram.bucket(stayMs)]++;
  }

  synchronized Beat beat(long nowMs) {
    turn(nowMs / 60_000);
    var first = nowMs / 1_000 - SECONDS + 1;
    var in = 0L;
    var out = 0L;
    for (var i = 0; i < SECONDS; i++) {
      if (seconds[i] < first) continue;
      in += came[i];
      out += went[i];
    }
    var stays = now.clone();
    for (var i = 0; i < stays.length; i++) stays[i] += before[i];
    return new Beat(in, out, stays);
  }

  private int slot(long nowMs, long atMs) {
    var second = Math.min(atMs, nowMs) / 1_000; // clocks differ
    if (second <= nowMs / 1_000 - SECONDS) return -1;
    var slot = (int) (second % SECONDS);
    if (seconds[slot] != second) {
      seconds[slot] = second;
      came[slot] = 0;
      went[slot] = 0;
    }
    return slot;
  }

  private void turn(long toMinute) {
    if (toMinute == minute) return;
    if (toMinute == minute + 1) System.arraycopy(now, 0, before, 0, before.length);
    else Arrays.fill(before, 0);
    Arrays.fill(now, 0);
    minute = toMinute;
  }
}
