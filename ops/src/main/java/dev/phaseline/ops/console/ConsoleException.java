package dev.phaseline.ops.console;

/// The console can't start, or can't use one of its files. The message is one line that names the
/// thing and the remedy.
public final class ConsoleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConsoleException(String message) {
    super(message);
  }

  ConsoleException(String message, Throwable cause) {
    super(message, cause);
  }
}
