/// The engine against a simulated log: one seed is one history, judged by invariants.
///
/// The production lanes of `dev.phaseline.core.engine` run here unchanged, several at a time on one
/// thread and in virtual time. What they talk to is as nasty as Kafka is: partitions with gaps,
/// transactions whose fate is unknown, group generations, members that are expelled and do not know
/// it, processes that freeze or die. [Simulate] is the command, [History] is one history.
///
/// Everything is owned by the thread that plays the history.
@NullMarked
package dev.phaseline.testkit.sim;

import org.jspecify.annotations.NullMarked;
