package dev.phaseline.scheduler;

import org.jspecify.annotations.Nullable;

/// Failure of a scheduler: one line for the operator that names the thing and the remedy.
public final class SchedulerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SchedulerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
