package dev.phaseline.core.engine;

import dev.phaseline.core.Causes;
import java.util.List;

/// A failure of code that is not ours, as plain data of bounded size: which classes it is of, for
/// rules, and what it says, for people. Immutable.
///
/// It is made on the thread that met the exception, and the exception goes no further: its methods
/// are the user's code, and may throw, block or hold on to anything.
///
/// @param classes the failure's class, and behind it those of the wrappers around it ([Causes])
/// @param said what it and its root cause say
/// @param message what it says itself
public record Thrown(List<Class<? extends Throwable>> classes, FailureText said, String message) {
  public Thrown {
    classes = List.copyOf(classes);
  }

  /// The description of an exception, however it is made.
  ///
  /// @throws OutOfMemoryError when that is what it takes to describe it
  public static Thrown of(Throwable thrown) {
    var failure = Causes.unwrapped(thrown);
    return new Thrown(
        Causes.classesOf(thrown), FailureText.of(failure), FailureText.messageOf(failure));
  }

  /// Whether the failure itself is of this class.
  public boolean is(Class<? extends Throwable> type) {
    return type.isAssignableFrom(classes.getFirst());
  }

  /// Class and message, as an exception's own text has them.
  public String inWords() {
    return said.error() + ": " + said.message();
  }
}
