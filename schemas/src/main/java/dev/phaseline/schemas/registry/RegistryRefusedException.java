package dev.phaseline.schemas.registry;

import org.apache.kafka.common.errors.SerializationException;

/// The registry answered and said no: the schema is not valid (422), the caller may not do this
/// (401, 403), or another answer of the 400s that a retry would not change.
///
/// [#accessDenied()] tells the operator's fault from the item's: a password that was rotated is no
/// reason to dead-letter a topic, so who holds items should wait then, as if the registry were
/// down.
public final class RegistryRefusedException extends SerializationException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /// @param status the HTTP status
  /// @param message what is wrong, where, and the remedy
  public RegistryRefusedException(int status, String message) {
    super(message);
    this.status = status;
  }

  /// The HTTP status.
  public int status() {
    return status;
  }

  /// Whether credentials or permissions are at fault, and not what was sent.
  public boolean accessDenied() {
    return status == 401 || status == 403 || status == 407;
  }
}
