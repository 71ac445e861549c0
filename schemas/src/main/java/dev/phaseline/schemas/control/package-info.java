/// What operators tell workers and workers tell operators, as records: live settings, the audit of
/// who changed them, and heartbeats. Both sides read and write them through these types, so that
/// neither can come to mean something else by them.
@NullMarked
package dev.phaseline.schemas.control;

import org.jspecify.annotations.NullMarked;
