package dev.phaseline.schemas.registry;

import org.apache.kafka.common.errors.SerializationException;

/// The registry answered and does not know the subject, version or id. For a record that carries
/// then/// id, this is the item's failure.
public final class SchemaNotFoundException extends SerializationException {
  private static final long serialVersionUID = 1L;

  /// @param message what is wrong, where, and the remedy
  public SchemaNotFoundException(String message) {
    super(message);
  }
}
