package dev.phaseline.worker.telemetry;

import dev.phaseline.core.engine.Attempt;
import dev.phaseline.core.engine.AttemptResult;
import dev.phaseline.core.engine.LaneStats;
import dev.phaseline.core.engine.Thrown;
import dev.phaseline.schemas.control.Heartbeat.LastError;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Report of a lane about its state. Written by its thread (failures of handlers by theirs), read
/// by any.
///
/// Numbers are up to a twentieth of a second old, positions up to a second: a lane that turns a
/// hundred thousand times a second must not tell all about each turn.
public final class LaneReport {
  private static final long STATS_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long POSITIONS_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int ERROR_CHARS_MAX = 300;

  private final String phase;
  private volatile Seen seen = new Seen(LaneTotals.NONE, null);
  private volatile Map<Integer, Long> positions = Map.of();
  private volatile Map<Integer, String> unreadable = Map.of();
  private volatile @Nullable LastError lastError;
  private volatile String trouble = "";
  private volatile String hidden = "";
  private volatile long turnedNanos = System.nanoTime();
  private long statsNanos; // the lane's
  private long positionsNanos; // the lane's

  public LaneReport(String phase) {
    this.phase = phase;
  }

  /// Totals of the lane, as one value, because totals that forgot the present ones for a moment
  /// would count them twice for whoever takes a counter that falls for one that began anew.
  ///
  /// @param before until its clients were made anew
  /// @param now since then; null while it has none
  private record Seen(LaneTotals before, @Nullable LaneStats now) {
    Seen with(@Nullable LaneStats stats) {
      return new Seen(before, stats);
    }

    Seen ended(@Nullable LaneStats last) {
      return new Seen(before.plus(last), null);
    }
  }

  /// Marks the start of the lane's loop.
  public void begins() {
    statsNanos = System.nanoTime() - STATS_EVERY_NANOS;
    positionsNanos = System.nanoTime() - POSITIONS_EVERY_NANOS;
  }

  /// Whether it is time for new numbers.
  public boolean wantsStats() {
    var now = System.nanoTime();
    if (now - statsNanos < STATS_EVERY_NANOS) return false;
    statsNanos = now;
    return true;
  }

  /// Whether it is time for new positions.
  public boolean wantsPositions() {
    var now = System.nanoTime();
    if (now - positionsNanos < POSITIONS_EVERY_NANOS) return false;
    positionsNanos = now;
    return true;
  }

  /// Marks a completed turn, with the lane's state.
  public void turned(LaneStats stats) {
    turned();
    seen = seen.with(stats);
  }

  /// Marks a completed turn.
  public void turned() {
    turnedNanos = System.nanoTime();
  }

  public void at(Map<Integer, Long> nextOffsets) {
    positions = nextOffsets;
  }

  public void unreadable(Map<Integer, String> partitions) {
    unreadable = partitions;
  }

  /// Sets the lane's problem, apart from those of its clients; empty for none.
  public void trouble(String what) {
    trouble = what;
  }

  /// Sets the text about hidden records; empty for none. Any thread.
  public void hidden(String what) {
    hidden = what;
  }

  /// This way to run attempts, and what handlers throw is noted here.
  public Function<Attempt, AttemptResult> noting(Function<Attempt, AttemptResult> runner) {
    return attempt -> {
      var result = runner.apply(attempt);
      if (result instanceof AttemptResult.Threw(var thrown)) failed(thrown);
      return result;
    };
  }

  private void failed(Thrown thrown) {
    var line = (phase + ": " + thrown.inWords()).lines().findFirst().orElse("");
    if (line.length() > ERROR_CHARS_MAX) line = line.substring(0, ERROR_CHARS_MAX) + "...";
    lastError = new LastError(line, Instant.now());
  }

  /// Its clients are gone; there may be others.
  ///
  /// @param last where it stood; null when it never stood anywhere
  public void ended(@Nullable LaneStats last) {
    seen = seen.ended(last);
    positions = Map.of();
    unreadable = Map.of();
  }

  public LaneTotals totals() {
    var at = seen;
    return at.before().plus(at.now());
  }

  /// The lane's figures; null while it has no clients.
  public @Nullable LaneStats stats() {
    return seen.now();
  }

  /// Next offset of each partition.
  public Map<Integer, Long> positions() {
    return positions;
  }

  /// Partitions that Kafka can't serve as they are, and why; the lane's own are in its stats.
  public Map<Integer, String> unreadable() {
    return unreadable;
  }

  /// Number of partitions that must not be touched, for whatever reason.
  int stoppedPartitions() {
    var stats = stats();
    return unreadable.size() + (stats == null ? 0 : stats.stopped().size());
  }

  /// The latest failure of a handler; null when there was none.
  public @Nullable LastError lastError() {
    return lastError;
  }

  /// The time since the lane finished a turn of its loop: it grows while a call into Kafka does not
  /// return, and when the lane has ended.
  long silenceNanos() {
    return System.nanoTime() - turnedNanos;
  }

  public String trouble() {
    return trouble;
  }

  public String hidden() {
    return hidden;
  }
}
