/// Submits jobs, from any program: [dev.phaseline.producer.JobClient] is the way in.
///
/// Depends on kafka-clients and on the record layout only, so that it can live inside other teams'
/// services.
@NullMarked
package dev.phaseline.producer;

import org.jspecify.annotations.NullMarked;
