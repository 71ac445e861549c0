package dev.phaseline.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.phaseline.schemas.TopicNames;
import java.util.Map;
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
  void aWorkerWithoutAnAddressOrWithABadNameIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WorkerConfig.of("s1", Map.of()))
        .withMessageContaining("bootstrap.servers");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WorkerConfig.of("a b", KAFKA))
        .withMessageContaining("'a b'");
  }
}
