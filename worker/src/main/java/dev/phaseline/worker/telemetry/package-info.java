/// Counters, meters and times of lanes and phases. Nothing here knows a lane: lanes are seen as
/// [LaneState], and call a [LaneObserver]. Internal.
@NullMarked
package dev.phaseline.worker.telemetry;

import org.jspecify.annotations.NullMarked;
