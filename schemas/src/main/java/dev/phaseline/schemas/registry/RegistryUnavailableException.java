package dev.phaseline.schemas.registry;

import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/// The registry can't be reached, is overloaded, or what answers at its address is not a registry.
/// Nobody's failure: callers wait and try again, no item is given up for it.
public final class RegistryUnavailableException extends RetriableException {
  private static final long serialVersionUID = 1L;

  /// @param message which address, what happened, and the remedy
  /// @param cause what the connection said, if it said anything
  public RegistryUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
