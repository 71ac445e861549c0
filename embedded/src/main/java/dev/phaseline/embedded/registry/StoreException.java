package dev.phaseline.embedded.registry;

import org.jspecify.annotations.Nullable;

/// The store did not do what it was asked to.
final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean takenOver;

  StoreException(String message, @Nullable Throwable cause, boolean takenOver) {
    super(message, cause);
    this.takenOver = takenOver;
  }

  StoreException(String message, @Nullable Throwable cause) {
    this(message, cause, false);
  }

  /// Whether another registry owns the store now, for good.
  boolean takenOver() {
    return takenOver;
  }
}
