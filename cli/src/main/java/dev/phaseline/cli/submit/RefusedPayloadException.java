package dev.phaseline.cli.submit;

/// A payload that can't be submitted; the message is one line.
public final class RefusedPayloadException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RefusedPayloadException(String message) {
    super(message);
  }
}
