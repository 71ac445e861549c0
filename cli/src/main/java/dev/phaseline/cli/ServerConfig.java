package dev.phaseline.cli;

import dev.phaseline.core.PhaseOptions;
import dev.phaseline.ops.probe.ListenAddress;
import dev.phaseline.schemas.TopicNames;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/// What a server is told: the file, and over it the environment. If it exists, it is valid in
/// itself; whether its pipelines and phases exist is found out when they are looked for.
///
/// @param server the server's name, stable over restarts
/// @param names the namespace
/// @param kafka properties of all Kafka clients
/// @param settings handed to the providers of pipelines
/// @param phases what to run, by `pipeline.phase`; empty: everything that is found
/// @param plugins a folder of jars that bring pipelines
/// @param scheduler where the timers of this namespace are fired
/// @param listen where metrics and health are told over HTTP; empty: nowhere
record ServerConfig(
    String server,
    TopicNames names,
    Map<String, Object> kafka,
    Map<String, String> settings,
    SequencedMap<String, PhaseSettings> phases,
    Optional<Path> plugins,
    Scheduler scheduler,
    Optional<ListenAddress> listen) {

  /// Where a namespace's scheduler runs, as far as this server knows.
  enum Scheduler {
    /// Nowhere, or nobody has said so: long waits must be kept in the worker.
    NONE,
    /// In another process.
    ELSEWHERE,
    /// In the worker's own process.
    HERE
  }

  /// What a server has otherwise than the pipeline's author.
  ///
  /// @param concurrency handlers at once, or how many are tried at the most
  /// @param timeout of an attempt
  /// @param lanes consumers in this process
  record PhaseSettings(
      Optional<Concurrency> concurrency, Optional<Duration> timeout, OptionalInt lanes) {}

  /// How many handlers of a phase run at once.
  ///
  /// @param handlers so many; at the most, when the worker finds the number
  /// @param auto whether it does
  record Concurrency(int handlers, boolean auto) {
    PhaseOptions in(PhaseOptions options) {
      return auto ? options.withAutoConcurrency(handlers) : options.withConcurrency(handlers);
    }
  }

  static final String BOOTSTRAP = "bootstrap.servers";
  static final String REGISTRY = "schema.registry.url";

  ServerConfig {
    kafka = Map.copyOf(kafka);
    settings = Map.copyOf(settings);
    phases = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(phases));
  }

  /// The brokers' addresses.
  ///
  /// @throws Failure when nobody has said them
  String bootstrapServers() {
    var servers = kafka.get(BOOTSTRAP);
    if (servers == null) {
      throw CommandFailure.usage(
          "no brokers are named: use --bootstrap-servers HOST:PORT, "
              + Environment.BOOTSTRAP_SERVERS
              + ", or kafka."
              + BOOTSTRAP
              + " in the server file; or start `phaseline dev` here, which is found by itself");
    }
    return servers.toString();
  }

  /// Where this server keeps what a part of it knows, when nobody says otherwise.
  Path stateFolder(String part) {
    return DataOptions.standard().resolve(part).resolve(server);
  }

  /// A folder for state, made for its owner alone if it is not there.
  ///
  /// @param option what names another
  /// @throws Failure when it can't be made
  static Path made(Path folder, String option) {
    try {
      return OwnFolder.make(folder);
    } catch (IOException unusable) {
      throw CommandFailure.of(
          "the folder "
              + folder
              + " can't be made ("
              + unusable
              + "); name one that this user can write with "
              + option
              + " DIR",
          unusable);
    }
  }

  ServerConfig withKafka(String name, String value) {
    var more = new LinkedHashMap<>(kafka);
    more.put(name, value);
    return new ServerConfig(server, names, more, settings, phases, plugins, scheduler, listen);
  }

  ServerConfig withSetting(String name, String value) {
    var more = new LinkedHashMap<>(settings);
    more.put(name, value);
    return new ServerConfig(server, names, kafka, more, phases, plugins, scheduler, listen);
  }

  ServerConfig withNames(TopicNames others) {
    return new ServerConfig(server, others, kafka, settings, phases, plugins, scheduler, listen);
  }

  ServerConfig withServer(String name) {
    return new ServerConfig(name, names, kafka, settings, phases, plugins, scheduler, listen);
  }

  ServerConfig withListen(ListenAddress at) {
    return new ServerConfig(
        server, names, kafka, settings, phases, plugins, scheduler, Optional.of(at));
  }
}
