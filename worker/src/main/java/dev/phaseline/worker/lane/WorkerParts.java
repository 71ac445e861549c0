package dev.phaseline.worker.lane;

import dev.phaseline.core.engine.TrialGate;
import dev.phaseline.worker.control.VersionPeers;
import dev.phaseline.worker.group.GroupMembers;
import dev.phaseline.worker.kafka.LaneSinks;
import dev.phaseline.worker.takeover.TakeoverWatch;
import dev.phaseline.worker.telemetry.WorkerMeters;

/// Parts of one worker that all its lanes use. Each is thread-safe.
///
/// @param trials the gate that lets one item of a quarantined partition run at a time
/// @param meters the worker's meters and times
/// @param takeovers the cleanup of transactions that dead workers left open
/// @param groups the members of the lanes' groups
/// @param sinks the choice of where results go
/// @param peers the versions of pipelines that other workers have
public record WorkerParts(
    TrialGate trials,
    WorkerMeters meters,
    TakeoverWatch takeovers,
    GroupMembers groups,
    LaneSinks sinks,
    VersionPeers peers) {}
