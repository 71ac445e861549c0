package dev.phaseline.cli;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which cluster a command talks to: options win over the environment, that over the server file.
final class ClusterOptions {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The server file (YAML).")
  private @Nullable Path config;

  @Option(names = "--bootstrap-servers", paramLabel = "HOST:PORT", description = "The brokers.")
  private @Nullable String bootstrapServers;

  @Option(names = "--registry-url", paramLabel = "URL", description = "The schema registry.")
  private @Nullable String registryUrl;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "First part of all topic names (default: pl).")
  private @Nullable String namespace;

  /// What all of them say together.
  ///
  /// @throws Failure naming what can't be used
  ServerConfig config(Map<String, String> environment) {
    var file = config;
    var named = environment.getOrDefault(Environment.CONFIG, "");
    if (file == null && !named.isBlank()) file = Path.of(named);
    var result =
        Environment.over(file == null ? ServerFile.none() : ServerFile.read(file), environment);
    if (bootstrapServers != null) {
      result = result.withKafka(ServerConfig.BOOTSTRAP, bootstrapServers);
    }
    if (registryUrl != null) result = result.withSetting(ServerConfig.REGISTRY, registryUrl);
    return namespace == null
        ? result
        : result.withNames(Environment.names("--namespace", namespace));
  }
}
