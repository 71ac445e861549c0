/// Wire format of schedules: definitions, runs and status, as JSON in three topics.
@NullMarked
package dev.phaseline.schemas.schedule;

import org.jspecify.annotations.NullMarked;
