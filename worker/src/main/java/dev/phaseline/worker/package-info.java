/// A worker: runs the phases of pipelines, exactly once, on lanes that each own a consumer. Start
/// reading at [Worker], then [dev.phaseline.worker.lane.LaneThread].
///
/// This package alone is API. Those below it are public because they stand in packages of their
/// own, and are for this module: no other module may use them, which a test holds. Each is one
/// room, and they have an order: `client`, `group`, `topic`, `item`, `telemetry`, `kafka`,
/// `takeover`, `control`, `lane`, where each knows only rooms before it.
@NullMarked
package dev.phaseline.worker;

import org.jspecify.annotations.NullMarked;
