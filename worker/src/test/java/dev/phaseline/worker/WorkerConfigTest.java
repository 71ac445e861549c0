package dev.phaseline.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.phaseline.schemas.TopicNames;
import dev.phaseline.worker.WorkerConfig.Commit;
import dev.phaseline.worker.WorkerConfig.Protocol;
import dev.phaseline.worker.WorkerConfig.Tuning;
import dev.phaseline.worker.client.ClientSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;

/// A worker's configuration as the value that users build.
final class WorkerConfigTest {
  private static final Map<String, String> KAFKA = Map.of("bootstrap.servers", "127.0.0.1:9092");

  @Test
  void clientPropertiesMayBeOfAnyType() {
    Map<String, Object> objects = Map.of("bootstrap.servers", "127.0.0.1:9092");
    assertThat(WorkerConfig.of("s1", KAFKA)).isEqualTo(WorkerConfig.of("s1", objects));
    assertThat(WorkerConfig.of("s1", KAFKA).kafka()).isEqualTo(objects);
  }

  @Test
  void constructorsAreNotApiAndValuesCompare() {
    assertThat(WorkerConfig.class.getConstructors()).isEmpty();
    var config = WorkerConfig.of("s1", KAFKA).withTopics(new TopicNames("acme"));
    assertThat(config)
        .isEqualTo(WorkerConfig.of("s1", KAFKA).withTopics(new TopicNames("acme")))
        .hasSameHashCodeAs(WorkerConfig.of("s1", KAFKA).withTopics(new TopicNames("acme")))
        .isNotEqualTo(WorkerConfig.of("s1", KAFKA));
    assertThat(config.toString()).startsWith("WorkerConfig[topics=").contains("server=s1");
  }

  @Test
  void everyProducerOfResultsIsTransactionalWhateverIsSet() {
    var kafka = new HashMap<String, Object>(KAFKA);
    kafka.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
    kafka.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "mine");
    kafka.put(ProducerConfig.ACKS_CONFIG, "0");
    assertThat(ClientSettings.producer(WorkerConfig.of("s1", kafka), "lane"))
        .containsEntry(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "lane")
        .containsEntry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true)
        .containsEntry(ProducerConfig.ACKS_CONFIG, "all");
  }

  @Test
  void tuningIsChangedPartByPartAndRefusedOutOfBounds() {
    var rule =
        Commit.DEFAULT.withItemsMax(7).withBytesMax(1 << 10).withLinger(Duration.ofMillis(1));
    var tuning = Tuning.DEFAULT.withProducers(2).withProtocol(Protocol.CLASSIC).withCommit(rule);
    assertThat(tuning).isEqualTo(new Tuning(rule, 2, Protocol.CLASSIC));
    assertThatIllegalArgumentException().isThrownBy(() -> rule.withItemsMax(0));
    assertThatIllegalArgumentException().isThrownBy(() -> rule.withBytesMax(0));
    assertThatIllegalArgumentException().isThrownBy(() -> rule.withLinger(Duration.ofNanos(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> tuning.withProducers(17));
  }

  @Test
  void aWorkerWithoutAnAddressOrWithABadNameIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WorkerConfig.of("s1", Map.of()))
        .withMessageContaining("bootstrap.servers");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WorkerConfig.of("a b", KAFKA))
        .withMessageContaining("'a b'");
  }

  @Test
  void aCopyKeepsEverythingElse() {
    var names = new TopicNames("acme");
    var timing = new WorkerConfig.Timing(Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO);
    var tuning = Tuning.DEFAULT.withProducers(2);
    var meters = MicrometerMeters.of(new SimpleMeterRegistry());
    var spans = OpenTelemetrySpans.of(OpenTelemetry.noop());
    List<UnaryOperator<WorkerConfig>> changes =
        List.of(
            config -> config.withTopics(names),
            config -> config.withTiming(timing),
            config -> config.withTuning(tuning),
            config -> config.withTimers(true),
            config -> config.withMeters(meters),
            config -> config.withSpans(spans),
            WorkerConfig::withLogContext);
    for (var order : List.of(changes, changes.reversed())) {
      var config = WorkerConfig.of("s1", KAFKA);
      for (var change : order) config = change.apply(config);
      assertThat(config.topics()).isEqualTo(names);
      assertThat(config.kafka()).isEqualTo(KAFKA);
      assertThat(config.server()).isEqualTo("s1");
      assertThat(config.timing()).isEqualTo(timing);
      assertThat(config.tuning()).isEqualTo(tuning);
      assertThat(config.timers()).isTrue();
      assertThat(config.telemetry()).isEqualTo(new WorkerConfig.Telemetry(meters, spans, true));
    }
  }
}
