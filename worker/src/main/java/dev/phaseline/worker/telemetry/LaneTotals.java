package dev.phaseline.worker.telemetry;

import dev.phaseline.core.engine.LaneStats;
import org.jspecify.annotations.Nullable;

/// The counters of a lane over all the times it was started again, and of lanes together.
///
/// @param fetched items that had to be handled
/// @param completed items whose commit has happened
/// @param dead dead letters among the settled
/// @param retries attempts that failed and are tried again
/// @param timedOut attempts without a sign of life
/// @param fenced results that came too late
/// @param spared attempts that do not count
/// @param deferred items handed over to the timer service
/// @param cancelled items that ended because their job is cancelled
/// @param suspensions how often a dependency was down
/// @param commits transactions that have happened
/// @param aborts transactions that have not
/// @param unknown transactions whose fate had to be read back
public record LaneTotals(
    long fetched,
    long completed,
    long dead,
    long retries,
    long timedOut,
    long fenced,
    long spared,
    long deferred,
    long cancelled,
    long suspensions,
    long commits,
    long aborts,
    long unknown) {
  public static final LaneTotals NONE = new LaneTotals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  public LaneTotals plus(@Nullable LaneStats stats) {
    if (stats == null) return this;
    var work = stats.work();
    var publication = stats.publication();
    return plus(
        new LaneTotals(
            work.fetched(),
            publication.items(),
            work.dead(),
            work.retries(),
            work.timedOut(),
            work.fenced(),
            work.spared(),
            work.deferred(),
            work.cancelled(),
            work.suspensions(),
            publication.commits(),
            publication.aborts(),
            publication.unknown()));
  }

  public LaneTotals plus(LaneTotals that) {
    return new LaneTotals(
        fetched + that.fetched,
        completed + that.completed,
        dead + that.dead,
        retries + that.retries,
        timedOut + that.timedOut,
        fenced + that.fenced,
        spared + that.spared,
        deferred + that.deferred,
        cancelled + that.cancelled,
        suspensions + that.suspensions,
        commits + that.commits,
        aborts + that.aborts,
        unknown + that.unknown);
  }
}
