package dev.phaseline.server;

import dev.phaseline.http.ListenAddress;
import dev.phaseline.schemas.TopicNames;
import java.util.Map;
import java.util.Set;

/// The environment variables that a server reads; they win over its file, because a container has
/// one image and many environments. Stateless.
public final class Environment {
  public static final String BOOTSTRAP_SERVERS = "PHASELINE_BOOTSTRAP_SERVERS";
  public static final String REGISTRY_URL = "PHASELINE_REGISTRY_URL";
  public static final String NAMESPACE = "PHASELINE_NAMESPACE";
  public static final String SERVER = "PHASELINE_SERVER";
  public static final String CONFIG = "PHASELINE_CONFIG";
  public static final String ALIVE_FILE = "PHASELINE_ALIVE_FILE";
  public static final String LISTEN = "PHASELINE_LISTEN";

  /// All of them, for tests that compare.
  public static final Set<String> NAMES =
      Set.of(BOOTSTRAP_SERVERS, REGISTRY_URL, NAMESPACE, SERVER, CONFIG, ALIVE_FILE, LISTEN);

  private Environment() {}

  /// A configuration as the environment wants it.
  ///
  /// @throws ServerConfigException naming the variable whose value can't be used
  public static ServerConfig over(ServerConfig config, Map<String, String> environment) {
    var result = config;
    var servers = environment.getOrDefault(BOOTSTRAP_SERVERS, "");
    if (!servers.isBlank()) result = result.withKafka(ServerConfig.BOOTSTRAP, servers.strip());
    var registry = environment.getOrDefault(REGISTRY_URL, "");
    if (!registry.isBlank()) result = result.withSetting(ServerConfig.REGISTRY, registry.strip());
    var namespace = environment.getOrDefault(NAMESPACE, "");
    if (!namespace.isBlank()) result = result.withNames(names(NAMESPACE, namespace.strip()));
    var listen = environment.getOrDefault(LISTEN, "");
    if (!listen.isBlank()) result = result.withListen(listen(LISTEN, listen));
    var server = environment.getOrDefault(SERVER, "");
    return server.isBlank() ? result : result.withServer(server.strip());
  }

  /// An address that somebody typed.
  ///
  /// @param source the option, variable or key that it came from
  public static ListenAddress listen(String source, String address) {
    try {
      return ListenAddress.parse(address);
    } catch (IllegalArgumentException invalid) {
      throw new ServerConfigException(source + ": " + invalid.getMessage());
    }
  }

  /// A namespace that somebody typed.
  ///
  /// @param source the option, variable or key that it came from
  public static TopicNames names(String source, String namespace) {
    try {
      return new TopicNames(namespace);
    } catch (IllegalArgumentException invalid) {
      throw new ServerConfigException(source + ": " + invalid.getMessage());
    }
  }
}
