package dev.phaseline.testkit;

import java.util.Optional;

/// Record written to a phase's topic. Immutable.
///
/// @param phase whose topic
/// @param jobId the job
/// @param path the item's place in its job, `/` for the first
/// @param key the ordering key, if it has one
/// @param value the payload, as the phase's codec reads it back
public record ForwardedItem(
    String phase, String jobId, String path, Optional<String> key, Object value) {}
