package dev.phaseline.core;

import org.jspecify.annotations.Nullable;

/// Something that the phase needs can't be reached. Thrown by codecs and, if they like, by
/// handlers: the same as returning [Outcome.Suspend]. No attempt is spent and nothing is
/// dead-lettered.
public final class DependencyDownException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param message which dependency, and what an operator can do
  /// @param cause what the connection said, if it said anything
  public DependencyDownException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
