package dev.phaseline.cli.status;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.server.InputFile;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options for the console that a command asks: its address and token.
public final class ConsoleOptions {
  public static final String URL = "PHASELINE_CONSOLE_URL";
  static final String DEFAULT_URL = "http://127.0.0.1:8471";
  static final String TOKEN = "PHASELINE_CONSOLE_TOKEN";
  static final String TOKEN_FILE = "PHASELINE_CONSOLE_TOKEN_FILE";
  private static final int TOKEN_BYTES_MAX = 4_096;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = {
        "The console (default: $" + URL + ", or that of the `phaseline dev` that runs here, or",
        DEFAULT_URL + ")."
      })
  private String url = "";

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "A token, where the console asks for one (default: $" + TOKEN + ").")
  private String token = "";

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = {
        "A file with the token (default: $" + TOKEN_FILE + ").",
        "Other users of this machine see options."
      })
  private @Nullable Path tokenFile;

  /// The address that was named by option or environment; empty when none was.
  public String named() {
    return url.isEmpty() ? System.getenv().getOrDefault(URL, "").strip() : url.strip();
  }

  /// Whether it was named by option.
  boolean isNamedByOption() {
    return !url.isEmpty();
  }

  /// A client of the console at an address.
  ///
  /// @throws CommandFailure when it is no URL
  public ApiClient client(String base) {
    var secret = secret(System.getenv());
    try {
      var uri = URI.create(base.endsWith("/") ? base.substring(0, base.length() - 1) : base);
      if (uri.getHost() != null && ("" + uri.getScheme()).startsWith("http")) {
        return new ApiClient(uri, secret);
      }
    } catch (IllegalArgumentException notOne) {
      // told below
    }
    throw CommandFailure.usage("'" + base + "' is no URL: use --url http://HOST:PORT");
  }

  /// The token to show; empty when there is none.
  ///
  /// @throws CommandFailure naming the file that it can't be read from
  String secret(Map<String, String> environment) {
    if (!token.isEmpty() && tokenFile != null) {
      throw CommandFailure.usage("--token and --token-file exclude each other");
    }
    if (!token.isEmpty()) return token.strip();
    var named = environment.getOrDefault(TOKEN_FILE, "");
    var file = tokenFile == null && !named.isBlank() ? Path.of(named.strip()) : tokenFile;
    if (tokenFile == null && !environment.getOrDefault(TOKEN, "").isBlank()) {
      return environment.getOrDefault(TOKEN, "").strip();
    }
    if (file == null) return "";
    var secret = InputFile.text(file, "token file", TOKEN_BYTES_MAX).strip();
    if (secret.isEmpty()) throw CommandFailure.usage("token file " + file + " is empty");
    if (secret.lines().count() > 1) {
      throw CommandFailure.usage(
          "token file " + file + " has more than one line: it holds one token");
    }
    return secret;
  }
}
