/// Codecs of payloads over libraries that are there: Kafka's serializers, Jackson, and Protobuf for
/// those who have it. A module of its own, because a plug-in with handlers needs these and nothing
/// of the worker that runs it.
@NullMarked
package dev.phaseline.codecs;

import org.jspecify.annotations.NullMarked;
