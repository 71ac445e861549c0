package dev.phaseline.testkit;

import java.time.Instant;

/// An item that has not ended. Immutable.
///
/// @param phase where it waits
/// @param jobId the job
/// @param path the item's place in its job, `/` for the first
/// @param attempt the attempt that comes next, from 1
/// @param notBefore when that may start at the earliest; it may have to wait for its key, too
public record PendingItem(
    String phase, String jobId, String path, int attempt, Instant notBefore) {}
