/// Consumers that outlive records which can't be read: [GuardedConsumer].
@NullMarked
package dev.phaseline.schemas.reading;

import org.jspecify.annotations.NullMarked;
