package dev.phaseline.cli.status;

import dev.phaseline.cli.config.ClusterOptions;
import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.config.DataOptions;
import dev.phaseline.cli.config.DevAddresses;
import dev.phaseline.cli.text.CommandFailure;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Options of commands that are clients of a console: its address, token and form of output.
public final class ApiOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "The data folder of the dev (or demo) to go to (default: that of the one that runs).")
  private @Nullable Path data;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private ConsoleOptions console = new ConsoleOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  boolean json() {
    return json;
  }

  /// A client of the console.
  ///
  /// @throws CommandFailure when the URL is none
  ApiClient client() {
    if (data != null && console.isNamedByOption()) {
      throw CommandFailure.usage("--data and --url exclude each other");
    }
    var named = data == null ? console.named() : "";
    return console.client(named.isEmpty() ? ofDev().orElse(ConsoleOptions.DEFAULT_URL) : named);
  }

  /// The address file of a killed process is ignored unless it was named: another console may be
  /// where they mostly are.
  private Optional<String> ofDev() {
    var found =
        data == null ? DevAddresses.findAnywhere(DataOptions.standard()) : ClusterOptions.dev(data);
    return found
        .map(DevAddresses.Found::dev)
        .filter(DevAddresses::isAlive)
        .map(DevAddresses::consoleUrl);
  }
}
