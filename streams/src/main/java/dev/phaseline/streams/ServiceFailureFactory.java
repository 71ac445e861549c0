package dev.phaseline.streams;

import org.jspecify.annotations.Nullable;

/// Factory of a service's exception, from the problem and its remedy.
///
/// @param <E> the service's own
@FunctionalInterface
public interface ServiceFailureFactory<E extends RuntimeException> {
  /// The exception.
  ///
  /// @param why in one line, with the remedy
  /// @param cause null when nothing was thrown
  E of(String why, @Nullable Throwable cause);
}
