package dev.phaseline.core;

import org.jspecify.annotations.Nullable;

/// A dependency of the phase that can't be reached. Thrown by codecs and, if they like, by
/// handlers: the same as returning [Outcome.Suspend]. No attempt is spent and nothing is
/// dead-lettered, unless a rule of the phase's [RetryPolicy] that names this class, or a subclass,
/// decides otherwise.
public class DependencyDownException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param message which dependency, and what an operator can do
  public DependencyDownException(String message) {
    super(message);
  }

  /// @param message which dependency, and what an operator can do
  /// @param cause the connection's failure, if there is one
  public DependencyDownException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
