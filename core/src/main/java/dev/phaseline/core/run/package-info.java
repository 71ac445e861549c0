/// The meaning of an outcome: what one attempt at an item comes to, as plain code without Kafka.
///
/// [PhaseProgram] decodes, calls the handler and interprets its outcome; what follows is a
/// [Decision]. Worker and test kit are transports around it: they say which item it is ([Arrival])
/// and make what leaves the phase ([EmissionFactory]). So a test of a pipeline and a worker can't
/// come to different ends.
@NullMarked
package dev.phaseline.core.run;

import org.jspecify.annotations.NullMarked;
