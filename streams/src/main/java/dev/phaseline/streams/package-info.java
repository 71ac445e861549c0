/// Common parts of services on Kafka Streams: their start, their memory, words for their failures.
@NullMarked
package dev.phaseline.streams;

import org.jspecify.annotations.NullMarked;
