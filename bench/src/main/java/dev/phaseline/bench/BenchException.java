package dev.phaseline.bench;

/// A bench that can't go on: something in the rig is broken, and no figure can be trusted.
final class BenchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BenchException(String message) {
    super(message);
  }

  BenchException(String message, Throwable cause) {
    super(message, cause);
  }
}
