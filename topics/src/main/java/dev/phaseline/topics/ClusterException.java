package dev.phaseline.topics;

/// The cluster did not answer, or not as it should. The message is one line: what was asked, what
/// came back, and what to do.
public final class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// One line: what was asked, what came back, what to do.
  public ClusterException(String message) {
    super(message);
  }

  /// One line, and what is behind it.
  public ClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
