package dev.phaseline.cli.status;

import dev.phaseline.cli.config.ClusterOptions;
import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.config.DataOptions;
import dev.phaseline.cli.config.DevAddresses;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.server.InputFile;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Options of commands that are clients of a console: its address and token.
public final class ApiOptions {
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

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "The data folder of the dev (or demo) to go to (default: that of the one that runs).")
  private @Nullable Path data;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin final CommonOptions common = new CommonOptions();

  boolean json() {
    return json;
  }

  /// A client of the console.
  ///
  /// @throws CommandFailure when the URL is none
  ApiClient client() {
    if (data != null && !url.isEmpty())
      throw CommandFailure.usage("--data and --url exclude each other");
    var named = url.isEmpty() && data == null ? System.getenv().getOrDefault(URL, "") : url;
    var base = named.isBlank() ? ofDev().orElse(DEFAULT_URL) : named.strip();
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

  /// One that was killed is passed over unless it was named: another console may be where they
  /// mostly are.
  private Optional<String> ofDev() {
    var found =
        data == null ? DevAddresses.findAnywhere(DataOptions.standard()) : ClusterOptions.dev(data);
    return found
        .map(DevAddresses.Found::dev)
        .filter(DevAddresses::isAlive)
        .map(DevAddresses::consoleUrl);
  }
}
