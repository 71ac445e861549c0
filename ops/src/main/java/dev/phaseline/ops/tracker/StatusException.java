package dev.phaseline.ops.tracker;

import org.jspecify.annotations.Nullable;

/// Failure to answer a question about status: one line that names the thing and the remedy.
public abstract sealed class StatusException extends RuntimeException
    permits BadCursorException, RestoringException, UnavailableException {
  private static final long serialVersionUID = 1L;

  StatusException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
