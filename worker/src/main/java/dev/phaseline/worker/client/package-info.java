/// Kafka's clients as a worker uses them: their settings, their names, the state of their
/// connections, and guards around the users' plug-ins that Kafka loads by name. Internal.
@NullMarked
package dev.phaseline.worker.client;

import org.jspecify.annotations.NullMarked;
