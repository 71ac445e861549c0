/// Reads of whole topics, and the lag of phases: the questions to a cluster that audit, dead
/// letters and control have in common.
@NullMarked
package dev.phaseline.ops.cluster;

import org.jspecify.annotations.NullMarked;
