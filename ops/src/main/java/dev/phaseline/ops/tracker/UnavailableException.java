package dev.phaseline.ops.tracker;

import org.jspecify.annotations.Nullable;

/// The tracker has failed, was closed, or another one that has a part of the answer can't be
/// reached.
public final class UnavailableException extends StatusException {
  private static final long serialVersionUID = 1L;

  UnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
