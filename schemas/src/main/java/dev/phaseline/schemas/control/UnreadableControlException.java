package dev.phaseline.schemas.control;

/// A record of the control, audit or workers topic is not one that this version can read. What it
/// meant must not be guessed.
public final class UnreadableControlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// One line that says what is wrong.
  public UnreadableControlException(String message) {
    super(message);
  }

  UnreadableControlException(String message, Throwable cause) {
    super(message, cause);
  }
}
