package dev.phaseline.ops.probe;

/// The server can't listen where it was told; the message names the address and the remedy.
public final class ProbeServerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ProbeServerException(String message, Throwable cause) {
    super(message, cause);
  }
}
