package dev.phaseline.cli;

import dev.phaseline.schemas.KafkaSettings;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/// Which cluster a command talks to: options win over the environment, that over the server file,
/// and that over a `phaseline dev` that runs here.
final class ClusterOptions {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The server file (YAML).")
  private @Nullable Path config;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "The brokers (default: those of the `phaseline dev` that runs here).")
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
  /// @param command gets told on standard error when a dev is used that nobody has named
  /// @throws Failure naming what can't be used
  ServerConfig config(CommandSpec command) {
    return config(command, DataOptions.standard());
  }

  /// What all of them say together, for commands that let choose the data folder.
  ServerConfig config(CommandSpec command, Path data) {
    var told = told(System.getenv());
    if (told.kafka().containsKey(ServerConfig.BOOTSTRAP)) return told;
    var found = DevAddresses.find(data);
    if (found.isEmpty()) return told;
    var dev = found.get();
    if (!dev.isAlive()) {
      throw Failure.of(
          "the dev that ran in "
              + data
              + " (process "
              + dev.pid()
              + ") was killed: start `phaseline dev` again, or name the brokers with"
              + " --bootstrap-servers HOST:PORT");
    }
    var servers = dev.bootstrapServers();
    command
        .commandLine()
        .getErr()
        .println("phaseline: at the dev that runs here (broker " + servers + ")");
    var result = told.withKafka(ServerConfig.BOOTSTRAP, servers);
    if (result.settings().containsKey(ServerConfig.REGISTRY)) return result;
    return result.withSetting(ServerConfig.REGISTRY, dev.registryUrl());
  }

  private ServerConfig told(Map<String, String> environment) {
    var file = config;
    var named = environment.getOrDefault(Environment.CONFIG, "");
    if (file == null && !named.isBlank()) file = Path.of(named);
    var result =
        Environment.over(file == null ? ServerFile.none() : ServerFile.read(file), environment);
    if (bootstrapServers != null) {
      result = result.withKafka(ServerConfig.BOOTSTRAP, bootstrapServers);
    }
    var slips = KafkaSettings.slips(result.kafka());
    if (!slips.isEmpty()) throw Failure.usage("kafka: " + String.join("; ", slips));
    if (registryUrl != null) result = result.withSetting(ServerConfig.REGISTRY, registryUrl);
    return namespace == null
        ? result
        : result.withNames(Environment.names("--namespace", namespace));
  }
}
