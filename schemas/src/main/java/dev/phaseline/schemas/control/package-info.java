/// Records of live control: settings, the audit of their changes, and heartbeats. Both sides read
/// and write them through these types, so that neither can come to mean something else by them.
@NullMarked
package dev.phaseline.schemas.control;

import org.jspecify.annotations.NullMarked;
