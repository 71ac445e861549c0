package dev.phaseline.server;

import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.PipelineExtension;
import dev.phaseline.http.ListenAddress;
import dev.phaseline.schemas.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;

/// The configuration of a server: its file, and the environment over it. If it exists, it is valid
/// in itself; whether its pipelines and phases exist is found out when they are looked for.
/// Immutable.
///
/// @param server the server's name, stable over restarts
/// @param names the namespace
/// @param kafka properties of all Kafka clients
/// @param settings handed to the providers of pipelines
/// @param phases what to run, by patterns of `pipeline.phase` in the order of the file; empty:
///   everything that is found
/// @param sharing limits that the phases share
/// @param plugins a folder of jars that bring pipelines
/// @param types pipelines that extend those, with other values
/// @param scheduler where the timers of this namespace are fired
/// @param listen where metrics and health are told over HTTP; empty: nowhere
public record ServerConfig(
    String server,
    TopicNames names,
    Map<String, Object> kafka,
    Map<String, String> settings,
    SequencedMap<String, PhaseSettings> phases,
    Sharing sharing,
    Optional<Path> plugins,
    DeclaredTypes types,
    Scheduler scheduler,
    Optional<ListenAddress> listen) {

  /// Pipelines that extend others, from the server file.
  ///
  /// @param source the file's name, for messages
  /// @param extensions in the order of the file
  public record DeclaredTypes(String source, List<PipelineExtension> extensions) {
    /// No file, or none in it.
    public static final DeclaredTypes NONE = new DeclaredTypes("", List.of());

    public DeclaredTypes {
      extensions = List.copyOf(extensions);
    }
  }

  /// The place of a namespace's scheduler, as far as this server's file tells.
  public enum Scheduler {
    /// Nowhere, or nobody has said so: long waits must be kept in the worker.
    NONE,
    /// In another process.
    ELSEWHERE,
    /// In the worker's own process.
    HERE
  }

  /// Settings of a phase that differ on this server from those of the pipeline's author.
  ///
  /// @param concurrency handlers at once, or how many are tried at the most
  /// @param timeout of an attempt
  /// @param lanes consumers in this process
  /// @param weight of the phase where the server's limits are shared; 1 unless it is set
  /// @param standby whether it is not run until its number is set live; not unless it is set
  public record PhaseSettings(
      Optional<Concurrency> concurrency,
      Optional<Duration> timeout,
      OptionalInt lanes,
      OptionalInt weight,
      Optional<Boolean> standby) {
    /// All as the pipeline's author has it.
    public static final PhaseSettings NONE =
        new PhaseSettings(
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty());

    /// These settings, and those of `other` where these have none.
    PhaseSettings over(PhaseSettings other) {
      return new PhaseSettings(
          concurrency.or(other::concurrency),
          timeout.or(other::timeout),
          lanes.isPresent() ? lanes : other.lanes,
          weight.isPresent() ? weight : other.weight,
          standby.or(other::standby));
    }
  }

  /// Limits of a server that its phases share.
  ///
  /// @param capacity handlers at once, over all phases
  /// @param memoryBytes payloads in flight, over all phases
  public record Sharing(OptionalInt capacity, OptionalLong memoryBytes) {
    /// No limits but those of the phases.
    public static final Sharing NONE = new Sharing(OptionalInt.empty(), OptionalLong.empty());
  }

  /// Number of handlers of a phase that run at once.
  ///
  /// @param handlers so many; at the most, when the worker finds the number
  /// @param auto whether it does
  public record Concurrency(int handlers, boolean auto) {
    /// The options with this number of handlers.
    ///
    /// @throws IllegalArgumentException when the number is out of range
    public PhaseOptions in(PhaseOptions options) {
      return auto ? options.withAutoConcurrency(handlers) : options.withConcurrency(handlers);
    }
  }

  /// The key of the brokers' addresses among the properties of clients.
  public static final String BOOTSTRAP = "bootstrap.servers";

  /// The key of the registry's address among the settings of providers.
  public static final String REGISTRY = "schema.registry.url";

  public ServerConfig {
    kafka = Map.copyOf(kafka);
    settings = Map.copyOf(settings);
    phases = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(phases));
  }

  /// The brokers' addresses.
  ///
  /// @throws ServerConfigException when none are named
  public String bootstrapServers() {
    var servers = kafka.get(BOOTSTRAP);
    if (servers == null) {
      throw new ServerConfigException(
          "no brokers are named: use --bootstrap-servers HOST:PORT, "
              + Environment.BOOTSTRAP_SERVERS
              + ", or kafka."
              + BOOTSTRAP
              + " in the server file; or start `phaseline dev` here, which is found by itself");
    }
    return servers.toString();
  }

  /// With another property of all Kafka clients.
  public ServerConfig withKafka(String name, String value) {
    var more = new LinkedHashMap<>(kafka);
    more.put(name, value);
    return new ServerConfig(
        server, names, more, settings, phases, sharing, plugins, types, scheduler, listen);
  }

  /// With another setting for the providers of pipelines.
  public ServerConfig withSetting(String name, String value) {
    var more = new LinkedHashMap<>(settings);
    more.put(name, value);
    return new ServerConfig(
        server, names, kafka, more, phases, sharing, plugins, types, scheduler, listen);
  }

  /// With another namespace.
  public ServerConfig withNames(TopicNames others) {
    return new ServerConfig(
        server, others, kafka, settings, phases, sharing, plugins, types, scheduler, listen);
  }

  /// With another name of the server.
  public ServerConfig withServer(String name) {
    return new ServerConfig(
        name, names, kafka, settings, phases, sharing, plugins, types, scheduler, listen);
  }

  /// With another folder of plug-ins.
  public ServerConfig withPlugins(Path folder) {
    return new ServerConfig(
        server,
        names,
        kafka,
        settings,
        phases,
        sharing,
        Optional.of(folder),
        types,
        scheduler,
        listen);
  }

  /// With another address for metrics and health.
  public ServerConfig withListen(ListenAddress at) {
    return new ServerConfig(
        server,
        names,
        kafka,
        settings,
        phases,
        sharing,
        plugins,
        types,
        scheduler,
        Optional.of(at));
  }
}
