package dev.phaseline.core.run;

import dev.phaseline.core.Phase;

/// A phase as a place to go to, with the name of its topic. Made once for a program: names are
/// joined and checked for each item otherwise. Immutable.
///
/// @param <I> what the phase receives
/// @param phase the phase
/// @param topic its input
/// @param version the version of the pipeline that it is a phase of
/// @param value the words for its value where something is wrong with it
public record Target<I>(Phase<I> phase, String topic, int version, String value) {
  Target(Phase<I> phase, String topic, int version) {
    this(phase, topic, version, "the value for phase '" + phase.name() + "'");
  }

  /// The same place for items of another version.
  Target<I> under(int other) {
    return other == version ? this : new Target<>(phase, topic, other, value);
  }
}
