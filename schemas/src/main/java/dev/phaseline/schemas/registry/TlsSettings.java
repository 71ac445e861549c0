package dev.phaseline.schemas.registry;

import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.jspecify.annotations.Nullable;

/// Kafka's own `ssl.*` settings under the prefix `schema.registry.`, read by Kafka's own code, so
/// that a key store which works for the broker works here.
final class TlsSettings {
  static final String PREFIX = "schema.registry.";

  private TlsSettings() {}

  /// The context, or null when no such setting is there.
  ///
  /// @throws ConfigException when a store can't be read
  static @Nullable SSLContext context(Map<String, ?> settings) {
    var ssl = new HashMap<String, Object>();
    settings.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX + "ssl.") && value != null) {
            ssl.put(name.substring(PREFIX.length()), value);
          }
        });
    if (ssl.isEmpty()) return null;
    checkHostnames(ssl);
    try (var factory = new DefaultSslEngineFactory()) {
      var definition = new ConfigDef().withClientSslSupport();
      factory.configure(new AbstractConfig(definition, ssl, false).values());
      return factory.sslContext();
    } catch (KafkaException unreadable) {
      var reason = unreadable.getCause() == null ? unreadable : unreadable.getCause();
      throw new ConfigException(
          "the " + PREFIX + "ssl.* settings " + ssl.keySet() + " can't be used: " + reason);
    }
  }

  private static void checkHostnames(Map<String, Object> ssl) {
    var algorithm = ssl.get("ssl.endpoint.identification.algorithm");
    if (algorithm != null && algorithm.toString().isBlank()) {
      throw new ConfigException(
          PREFIX
              + "ssl.endpoint.identification.algorithm can't be switched off; give the registry a"
              + " certificate with its host name");
    }
  }
}
