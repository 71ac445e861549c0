package dev.phaseline.core;

/// A phase's name together with the type of its input, so that a handler that chooses its target
/// ([Outcome#to(PhaseRef, Object)], [Outcome#fanOut(PhaseRef, java.util.List)]) can't send it a
/// value of another type. Declare it once and use it on both sides:
///
/// ```java
/// static final PhaseRef<String> SHOUT = PhaseRef.of("shout", Codec.text());
///
/// builder.phase(SHOUT.name(), SHOUT.input(), (line, _) -> Outcome.done(line.toUpperCase(ROOT)));
/// ```
///
/// Whether the pipeline has a phase of that name is seen when a handler's outcome names it, as with
/// a bare name. Immutable.
///
/// @param name the phase's name
/// @param input the codec of the phase's input
/// @param <T> what the phase receives
public record PhaseRef<T>(String name, Codec<T> input) {

  /// @throws IllegalArgumentException when the name is not valid
  public PhaseRef {
    Names.check("phase", name);
  }

  /// A reference to a phase.
  ///
  /// @throws IllegalArgumentException when the name is not valid
  public static <T> PhaseRef<T> of(String name, Codec<T> input) {
    return new PhaseRef<>(name, input);
  }
}
