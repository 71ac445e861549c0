package dev.phaseline.cli;

import java.net.URI;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// How a command reaches the console whose client it is.
final class ApiOptions {
  static final String URL = "PHASELINE_CONSOLE_URL";
  static final String DEFAULT_URL = "http://127.0.0.1:8471";
  static final String TOKEN = "PHASELINE_CONSOLE_TOKEN";

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "The console (default: $"
              + URL
              + ", or that of the `phaseline dev` that runs here, or "
              + DEFAULT_URL
              + ").")
  private String url = "";

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "A token, where the console asks for one (default: $" + TOKEN + ").")
  private String token = "";

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin final CommonOptions common = new CommonOptions();

  boolean json() {
    return json;
  }

  /// A client of the console.
  ///
  /// @throws Failure when the URL is none
  ApiClient client() {
    var named = url.isEmpty() ? System.getenv().getOrDefault(URL, "") : url;
    var base = named.isBlank() ? ofDev().orElse(DEFAULT_URL) : named.strip();
    var secret = token.isEmpty() ? System.getenv().getOrDefault(TOKEN, "") : token;
    try {
      var uri = URI.create(base.endsWith("/") ? base.substring(0, base.length() - 1) : base);
      if (uri.getHost() != null && ("" + uri.getScheme()).startsWith("http")) {
        return new ApiClient(uri, secret.strip());
      }
    } catch (IllegalArgumentException notOne) {
      // told below
    }
    throw Failure.usage("'" + base + "' is no URL: use --url http://HOST:PORT");
  }

  /// One that was killed is passed over: another console may be where they mostly are.
  private static Optional<String> ofDev() {
    return DevAddresses.find(DataOptions.standard())
        .filter(DevAddresses::isAlive)
        .map(DevAddresses::consoleUrl);
  }
}
