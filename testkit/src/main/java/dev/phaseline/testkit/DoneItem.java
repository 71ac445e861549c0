package dev.phaseline.testkit;

import java.util.Optional;

/// An item that ended well. Immutable.
///
/// @param phase where it ended
/// @param jobId the job
/// @param path the item's place in its job, `/` for the first
/// @param attempts how many attempts that phase took
/// @param result as the pipeline's result codec reads it back, if there is one
public record DoneItem(
    String phase, String jobId, String path, int attempts, Optional<Object> result) {}
