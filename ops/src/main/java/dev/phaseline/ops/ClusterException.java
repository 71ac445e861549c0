package dev.phaseline.ops;

/// The cluster did not answer, or not as it should. The message is one line: what was asked, what
/// came back, and what to do.
public final class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ClusterException(String message) {
    super(message);
  }

  ClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
