package dev.phaseline.schemas.registry;

import org.apache.kafka.common.errors.SerializationException;

/// The registry refuses a schema because it breaks the subject's compatibility rule.
public final class IncompatibleSchemaException extends SerializationException {
  private static final long serialVersionUID = 1L;

  /// @param message what is wrong, where, and the remedy
  public IncompatibleSchemaException(String message) {
    super(message);
  }
}
