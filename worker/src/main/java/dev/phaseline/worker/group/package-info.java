/// The consumer group of a phase as its coordinator knows it: who is a member, what is assigned to
/// a member, and why a producer was fenced. Internal.
@NullMarked
package dev.phaseline.worker.group;

import org.jspecify.annotations.NullMarked;
