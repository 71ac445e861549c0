package dev.phaseline.ops.tracker;

/// A query that can't be understood, and where.
public final class BadQueryException extends StatusException {
  private static final long serialVersionUID = 1L;
  private final int position;

  BadQueryException(String message, int position) {
    super(message, null);
    this.position = position;
  }

  /// Where in the query's text, in characters from 0.
  public int position() {
    return position;
  }
}
