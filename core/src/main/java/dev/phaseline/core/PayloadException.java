package dev.phaseline.core;

import org.jspecify.annotations.Nullable;

/// A payload, or a value to be encoded, that will never do: the item goes to dead letters as it is,
/// unless a rule of its phase's [RetryPolicy] that names this class, or a subclass, decides
/// otherwise.
public class PayloadException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param message what is wrong, without the payload's own text
  public PayloadException(String message) {
    super(message);
  }

  /// @param message what is wrong, without the payload's own text
  /// @param cause the failure of the codec's library, if there is one
  public PayloadException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
