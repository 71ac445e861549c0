/// Policies of schedules as pure code: which runs a schedule submits, and when. No Kafka, no clock.
@NullMarked
package dev.phaseline.scheduler.policy;

import org.jspecify.annotations.NullMarked;
