package dev.phaseline.core;

import org.jspecify.annotations.Nullable;

/// These bytes, or this value, will never do: the item goes to dead letters as it is.
public final class PayloadException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param message what is wrong, without the payload's own text
  /// @param cause what the codec's library said, if it said anything
  public PayloadException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
