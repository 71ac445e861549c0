/// API for authors of pipelines: handlers, outcomes, pipelines, policies.
///
/// Nothing here does I/O, reads a clock or rolls dice; the package depends on the JDK and on
/// JSpecify's annotations only.
@NullMarked
package dev.phaseline.core;

import org.jspecify.annotations.NullMarked;
