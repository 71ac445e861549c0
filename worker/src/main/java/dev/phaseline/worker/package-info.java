/// Runs the phases of pipelines: lanes on Kafka, handlers on virtual threads. Start reading at
/// [Worker], then [LaneThread].
@NullMarked
package dev.phaseline.worker;

import org.jspecify.annotations.NullMarked;
