package dev.phaseline.server;

import dev.phaseline.core.Pipeline;
import java.util.Optional;

/// One version of a kind of job that a server can run, and its origin. Immutable.
///
/// @param pipeline its phases with their options, without other versions
/// @param source the plug-in's jar or folder, `class path`, or the server file
/// @param parent the pipeline that it extends
public record KnownType(Pipeline pipeline, String source, Optional<String> parent) {}
