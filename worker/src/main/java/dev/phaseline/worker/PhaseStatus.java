package dev.phaseline.worker;

import dev.phaseline.schemas.control.RunState;
import java.util.Map;

/// Status of one phase in a worker, over all its lanes, at one moment. Counters count from the
/// worker's start and only grow.
///
/// @param pipeline the pipeline
/// @param phase the phase
/// @param run whether it works; held only once all its lanes obey
/// @param permits how many handlers may run at once, as far as the phase itself goes
/// @param permitsAuto whether that number is found by measuring
/// @param partitions how many partitions are assigned here
/// @param held items fetched and not complete
/// @param running handlers at work
/// @param backingOff items that wait for their next attempt
/// @param fetched items that came from the log and had to be handled
/// @param completed items whose commit has happened
/// @param dead of the settled ones, dead letters
/// @param retries attempts that failed and are tried again
/// @param timedOut attempts without a sign of life
/// @param fenced results that came too late to count
/// @param spared attempts that failed and do not count, because a dependency was down
/// @param deferred items handed over to the timer service
/// @param hung handlers that were given up and have not ended
/// @param commits transactions that have happened
/// @param aborts transactions that have not
/// @param condition what holds the phase up, in words; empty when nothing does
/// @param stopped partitions that must not be touched, and why
public record PhaseStatus(
    String pipeline,
    String phase,
    RunState run,
    int permits,
    boolean permitsAuto,
    int partitions,
    int held,
    int running,
    int backingOff,
    long fetched,
    long completed,
    long dead,
    long retries,
    long timedOut,
    long fenced,
    long spared,
    long deferred,
    int hung,
    long commits,
    long aborts,
    String condition,
    Map<Integer, String> stopped) {}
