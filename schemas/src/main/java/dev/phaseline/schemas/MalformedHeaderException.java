package dev.phaseline.schemas;

/// A header of ours is there, but can't be read. The record is a dead letter, not a default:
/// guessing an attempt number or a deadline would change what happens to the item.
public final class MalformedHeaderException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param message which header, and what it should look like
  public MalformedHeaderException(String message) {
    super(message);
  }

  /// @param message which header, and what it should look like
  /// @param cause what the parser said
  public MalformedHeaderException(String message, Throwable cause) {
    super(message, cause);
  }
}
