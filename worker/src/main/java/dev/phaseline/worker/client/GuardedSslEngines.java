package dev.phaseline.worker.client;

import java.security.KeyStore;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.jspecify.annotations.Nullable;

/// A guard around a user's factory of TLS engines. Kafka calls it on a client's network thread for
/// each connection, and an error would end that thread; so it becomes an exception, for which Kafka
/// closes the connection and tries again. Made by Kafka; as thread-safe as the factory is.
public final class GuardedSslEngines implements SslEngineFactory {
  private @Nullable SslEngineFactory guarded;

  /// Made by Kafka.
  public GuardedSslEngines() {}

  @Override
  public void configure(Map<String, ?> configs) {
    guarded =
        PlugIns.configured("ssl.engine.factory.class", configs, SslEngineFactory.class).getFirst();
  }

  private SslEngineFactory guarded() {
    if (guarded == null) throw new IllegalStateException("not configured");
    return guarded;
  }

  private <T extends @Nullable Object> T asked(Supplier<T> what) {
    try {
      return what.get();
    } catch (RuntimeException | OutOfMemoryError known) { // Kafka catches exceptions itself
      throw known;
    } catch (Error error) {
      throw new KafkaException(PlugIns.words(guarded(), error), error);
    }
  }

  @Override
  public SSLEngine createClientSslEngine(String host, int port, String identification) {
    return asked(() -> guarded().createClientSslEngine(host, port, identification));
  }

  @Override
  public SSLEngine createServerSslEngine(String host, int port) {
    return asked(() -> guarded().createServerSslEngine(host, port));
  }

  @Override
  public boolean shouldBeRebuilt(Map<String, Object> configs) {
    return asked(() -> guarded().shouldBeRebuilt(configs));
  }

  @Override
  public Set<String> reconfigurableConfigs() {
    return asked(() -> guarded().reconfigurableConfigs());
  }

  @Override
  public @Nullable KeyStore keystore() {
    return asked(() -> guarded().keystore());
  }

  @Override
  public @Nullable KeyStore truststore() {
    return asked(() -> guarded().truststore());
  }

  @Override
  public void close() {
    if (guarded == null) return;
    PlugIns.call(
        guarded,
        "close",
        "all goes on",
        factory -> {
          try {
            factory.close();
          } catch (java.io.IOException failed) {
            throw new java.io.UncheckedIOException(failed);
          }
        });
  }
}
