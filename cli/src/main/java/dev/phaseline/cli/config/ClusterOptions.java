package dev.phaseline.cli.config;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.schemas.KafkaSettings;
import dev.phaseline.server.Environment;
import dev.phaseline.server.ServerConfig;
import dev.phaseline.server.ServerFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/// Options that name the cluster of a command: options win over the environment, that over the
/// server file, and that over a `phaseline dev` that runs here.
public final class ClusterOptions {
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

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "The data folder of the dev (or demo) to go to (default: that of the one that runs).")
  private @Nullable Path data;

  /// The data folder that was named, or else the usual one.
  public Path dataFolder() {
    return data == null ? DataOptions.standard() : data.normalize();
  }

  /// Configuration of a command that goes to no cluster: options, environment and server file.
  ///
  /// @throws CommandFailure naming what can't be used
  public ServerConfig local() {
    return told(System.getenv());
  }

  /// Configuration that results from all of them.
  ///
  /// @param command gets told on standard error when a dev is used that nobody has named
  /// @throws CommandFailure naming what can't be used
  public ServerConfig config(CommandSpec command) {
    var told = told(System.getenv());
    if (told.kafka().containsKey(ServerConfig.BOOTSTRAP)) return told;
    var found = dev(data);
    if (found.isEmpty()) return told;
    var dev = found.get().dev();
    var where =
        data == null && found.get().data().equals(DataOptions.standard())
            ? "here"
            : "in " + found.get().data();
    var servers = dev.bootstrapServers();
    command
        .commandLine()
        .getErr()
        .println("phaseline: at the dev that runs " + where + " (broker " + servers + ")");
    var result = told.withKafka(ServerConfig.BOOTSTRAP, servers);
    if (result.settings().containsKey(ServerConfig.REGISTRY)) return result;
    return result.withSetting(ServerConfig.REGISTRY, dev.registryUrl());
  }

  /// The console of the dev whose brokers these are; empty when they are others'.
  public Optional<String> consoleOfDev(ServerConfig config) {
    var found = DevAddresses.findAnywhere(dataFolder()).map(DevAddresses.Found::dev);
    return found
        .filter(DevAddresses::isAlive)
        .filter(dev -> dev.bootstrapServers().equals(config.bootstrapServers()))
        .map(DevAddresses::consoleUrl);
  }

  /// The dev of the folder that was named, or else the one that runs.
  ///
  /// @throws CommandFailure when it was killed, or none runs in the folder that was named
  public static Optional<DevAddresses.Found> dev(@Nullable Path named) {
    var data = named == null ? DataOptions.standard() : named.normalize();
    var found =
        named == null
            ? DevAddresses.findAnywhere(data)
            : DevAddresses.find(data).map(dev -> new DevAddresses.Found(data, dev));
    if (found.isEmpty() && named != null) {
      throw CommandFailure.usage(
          "no dev runs in "
              + data
              + ": start `phaseline dev --data "
              + data
              + "`, or name the brokers with --bootstrap-servers HOST:PORT");
    }
    if (found.isPresent() && !found.get().dev().isAlive()) {
      throw CommandFailure.of(
          "the dev that ran in "
              + data
              + " (process "
              + found.get().dev().pid()
              + ") was killed: start `phaseline dev` again, or name the brokers with"
              + " --bootstrap-servers HOST:PORT");
    }
    return found;
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
    if (!slips.isEmpty()) throw CommandFailure.usage("kafka: " + String.join("; ", slips));
    if (registryUrl != null) result = result.withSetting(ServerConfig.REGISTRY, registryUrl);
    return namespace == null
        ? result
        : result.withNames(Environment.names("--namespace", namespace));
  }
}
