package dev.phaseline.server;

import org.jspecify.annotations.Nullable;

/// A setting of a server that can't be used: in its file, in the environment, or typed. The message
/// is one line that names the setting and the remedy.
public final class ServerConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// One line: which setting, and what it should be.
  public ServerConfigException(String message) {
    super(oneLine(message));
  }

  static String oneLine(@Nullable String message) {
    return String.valueOf(message).replaceAll("\\s*\\R\\s*", " ").strip();
  }
}
