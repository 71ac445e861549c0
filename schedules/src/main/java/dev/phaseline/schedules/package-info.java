/// Times of schedules, as pure code: no Kafka, no clock.
@NullMarked
package dev.phaseline.schedules;

import org.jspecify.annotations.NullMarked;
