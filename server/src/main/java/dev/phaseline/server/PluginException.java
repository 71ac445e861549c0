package dev.phaseline.server;

import org.jspecify.annotations.Nullable;

/// A plug-in that can't be used: a jar misses a class, a provider throws, or two bring a pipeline
/// of one name. The message is one line that names the provider and its failure.
public final class PluginException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// One line, and the provider's own failure where there is one.
  public PluginException(String message, @Nullable Throwable cause) {
    super(ServerConfigException.oneLine(message), cause);
  }
}
