package dev.phaseline.cli.config;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.server.Environment;
import dev.phaseline.server.ServerConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options for the address of a server's metrics and health.
public final class ListenOptions {
  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description =
          "Answer /metrics, /health and /ready over HTTP there; a port alone means loopback."
              + " Default: nothing listens.")
  private @Nullable String listen;

  /// The configuration with what the option says.
  ///
  /// @throws CommandFailure when it is no address
  public ServerConfig over(ServerConfig config) {
    return listen == null ? config : config.withListen(Environment.listen("--listen", listen));
  }
}
