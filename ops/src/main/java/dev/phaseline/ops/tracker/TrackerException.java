package dev.phaseline.ops.tracker;

import org.jspecify.annotations.Nullable;

/// Failure of a tracker: one line for the operator that names the thing and the remedy.
public final class TrackerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TrackerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
