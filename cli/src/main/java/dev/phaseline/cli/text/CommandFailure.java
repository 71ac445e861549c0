package dev.phaseline.cli.text;

import org.jspecify.annotations.Nullable;

/// Failure of a command, as one line that names the thing and the remedy. It ends up on standard
/// error as `phaseline: <message>`; the cause is shown with `--verbose` only.
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitStatus;
  private final String detail;

  private CommandFailure(int exitStatus, String message, @Nullable Throwable cause, String detail) {
    super(message.replaceAll("\\s*\\R\\s*", " ").strip(), cause);
    this.exitStatus = exitStatus;
    this.detail = detail;
  }

  /// Something outside is not as it must be.
  public static CommandFailure of(String message) {
    return new CommandFailure(ExitStatus.FAILED, message, null, "");
  }

  /// Something outside is not as it must be, and it threw.
  public static CommandFailure of(String message, Throwable cause) {
    return new CommandFailure(ExitStatus.FAILED, message, cause, "");
  }

  /// Failure for arguments or a server file that can't be used.
  public static CommandFailure usage(String message) {
    return new CommandFailure(ExitStatus.USAGE, message, null, "");
  }

  /// Failure for arguments that can't be used, with their place.
  ///
  /// @param pointer lines to show under the message
  public static CommandFailure usage(String message, String pointer) {
    return new CommandFailure(ExitStatus.USAGE, message, null, pointer);
  }

  /// Lines to show under the message; mostly empty.
  public String detail() {
    return detail;
  }

  /// Exit status of the process, one of [ExitStatus].
  public int exitStatus() {
    return exitStatus;
  }
}
