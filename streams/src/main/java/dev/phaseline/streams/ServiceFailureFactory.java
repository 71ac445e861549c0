package dev.phaseline.streams;

import org.jspecify.annotations.Nullable;

/// Makes the exception of a service from what is wrong and the remedy.
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
