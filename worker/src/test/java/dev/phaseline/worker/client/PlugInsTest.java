package dev.phaseline.worker.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import javax.security.auth.callback.Callback;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.apache.kafka.common.metrics.stats.Value;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Classes of a user's that Kafka's clients load, which break, and some that do not.
final class PlugInsTest {
  private static GuardedReporters reporters(Class<?>... classes) {
    var settings = new HashMap<String, Object>(Map.of("metric.reporters", List.of(classes)));
    PlugInGuards.guard(settings);
    assertThat(settings.get("metric.reporters"))
        .isEqualTo(List.of(GuardedReporters.class.getName()));
    var guard = new GuardedReporters();
    guard.configure(settings);
    return guard;
  }

  @Test
  void aReporterThatBreaksCostsItsNumbersAndTheOthersGoOn() throws Exception {
    Counting.seen.set(0);
    var guard = reporters(Breaks.class, BreaksAtFirst.class, Counting.class);
    try (var metrics = new Metrics()) {
      metrics.addReporter(guard);
      var before = Counting.seen.get();
      metrics.sensor("s").add(new MetricName("n", "g", "", Map.of()), new Value());
      assertThat(Counting.seen.get()).isEqualTo(before + 1);
      metrics.removeSensor("s");
    }
    guard.onUpdate(new ClusterResource("c"));
    assertThat(Counting.cluster).isEqualTo("c");
    assertThatCode(guard::reconfigurableConfigs).doesNotThrowAnyException();
  }

  @Test
  void oneThatCanNotBeMadeOrConfiguredIsRefused() {
    assertThatExceptionOfType(KafkaException.class)
        .isThrownBy(() -> reporters(String.class))
        .withMessageContaining("java.lang.String is not an instance of");
    assertThatThrownBy(() -> reporters(BreaksWhenConfigured.class))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aPartitionerThatBreaksRefusesTheRecordAndNamesItself() {
    var settings = new HashMap<String, Object>(Map.of("partitioner.class", BreaksPlacing.class));
    PlugIns.putOne("partitioner.class", GuardedPartitioner.class, settings);
    try (var guard = new GuardedPartitioner()) {
      guard.configure(settings);
      var cluster = Cluster.empty();
      assertThatExceptionOfType(InvalidRecordException.class)
          .isThrownBy(() -> guard.partition("t", "k", null, "v", null, cluster))
          .withMessageContaining("BreaksPlacing threw java.lang.NoClassDefFoundError: com/acme");
      assertThatExceptionOfType(InvalidRecordException.class)
          .isThrownBy(() -> guard.partition("mute", "k", null, "v", null, cluster))
          .withMessageContaining(
              "BreaksPlacing threw dev.phaseline.worker.client.PlugInsTest$Mute");
      assertThatExceptionOfType(InvalidRecordException.class)
          .isThrownBy(() -> guard.partition("negative", "k", null, "v", null, cluster))
          .withMessageContaining("gave partition -1");
    }
  }

  @Test
  void anErrorOfACallbackHandlerIsAnAuthenticationThatFailed() {
    for (var guard :
        List.<AuthenticateCallbackHandler>of(
            new GuardedCallbacks.OfClient(), new GuardedCallbacks.OfLogin())) {
      var settings =
          new HashMap<String, Object>(
              Map.of(
                  "sasl.client.callback.handler.class",
                  BreaksAuthenticating.class,
                  "sasl.login.callback.handler.class",
                  BreaksAuthenticating.class.getName()));
      PlugInGuards.guard(settings);
      guard.configure(settings, "PLAIN", List.of());
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> guard.handle(new Callback[0]))
          .withMessageContaining("BreaksAuthenticating threw java.lang.NoClassDefFoundError");
      assertThatCode(guard::close).doesNotThrowAnyException();
    }
  }

  @Test
  void anErrorOfAFactoryOfEnginesIsAnExceptionOfKafkas() {
    var settings =
        new HashMap<String, Object>(Map.of("ssl.engine.factory.class", BreaksEngines.class));
    PlugInGuards.guard(settings);
    var guard = new GuardedSslEngines();
    guard.configure(settings);
    assertThatExceptionOfType(KafkaException.class)
        .isThrownBy(() -> guard.createClientSslEngine("h", 1, ""))
        .withMessageContaining("BreaksEngines threw java.lang.NoClassDefFoundError");
    assertThatCode(guard::close).doesNotThrowAnyException();
  }

  @Test
  void settingsWithoutPlugInsStayAsTheyAre() {
    var settings = new HashMap<String, Object>(Map.of("acks", "all", "metric.reporters", ""));
    PlugInGuards.guard(settings);
    assertThat(settings).isEqualTo(Map.of("acks", "all", "metric.reporters", ""));
  }

  private static Error broken() {
    return new NoClassDefFoundError("com/acme/Missing");
  }

  /// Breaks wherever it is called but for its first metrics.
  public static class Breaks implements MetricsReporter {
    @Override
    public void init(List<KafkaMetric> metrics) {}

    @Override
    public void metricChange(KafkaMetric metric) {
      throw broken();
    }

    @Override
    public void metricRemoval(KafkaMetric metric) {
      throw broken();
    }

    @Override
    public Set<String> reconfigurableConfigs() {
      throw broken();
    }

    @Override
    public void close() {
      throw broken();
    }

    @Override
    public void configure(Map<String, ?> configs) {}
  }

  /// Breaks when it is given the first metrics.
  public static final class BreaksAtFirst extends Breaks {
    @Override
    public void init(List<KafkaMetric> metrics) {
      throw broken();
    }
  }

  /// Breaks when it is configured.
  public static final class BreaksWhenConfigured extends Breaks {
    @Override
    public void configure(Map<String, ?> configs) {
      throw new IllegalStateException("no host given");
    }
  }

  /// Counts what it is given.
  public static final class Counting extends Breaks implements ClusterResourceListener {
    private static final AtomicInteger seen = new AtomicInteger();
    private static @Nullable String cluster;

    @Override
    public void metricChange(KafkaMetric metric) {
      seen.incrementAndGet();
    }

    @Override
    public void onUpdate(ClusterResource of) {
      cluster = of.clusterId();
    }
  }

  /// An exception that can't be asked for its message.
  private static final class Mute extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw broken();
    }
  }

  /// Breaks, and of one topic gives what is no partition.
  public static final class BreaksPlacing implements Partitioner {
    @Override
    public int partition(
        String topic,
        @Nullable Object key,
        byte @Nullable [] keyBytes,
        @Nullable Object value,
        byte @Nullable [] valueBytes,
        Cluster cluster) {
      if (topic.equals("negative")) return -1;
      if (topic.equals("mute")) throw new Mute();
      throw broken();
    }

    @Override
    public void close() {
      throw broken();
    }

    @Override
    public void configure(Map<String, ?> configs) {}
  }

  /// Breaks wherever it is called.
  public static final class BreaksAuthenticating implements AuthenticateCallbackHandler {
    @Override
    public void configure(
        Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> jaas) {}

    @Override
    public void handle(Callback[] callbacks) {
      throw broken();
    }

    @Override
    public void close() {
      throw broken();
    }
  }

  /// Breaks wherever it is called.
  public static final class BreaksEngines implements SslEngineFactory {
    @Override
    public SSLEngine createClientSslEngine(String host, int port, String identification) {
      throw broken();
    }

    @Override
    public SSLEngine createServerSslEngine(String host, int port) {
      throw broken();
    }

    @Override
    public boolean shouldBeRebuilt(Map<String, Object> configs) {
      throw broken();
    }

    @Override
    public Set<String> reconfigurableConfigs() {
      throw broken();
    }

    @Override
    public KeyStore keystore() {
      throw broken();
    }

    @Override
    public KeyStore truststore() {
      throw broken();
    }

    @Override
    public void close() {
      throw broken();
    }

    @Override
    public void configure(Map<String, ?> configs) {}
  }
}
