package dev.phaseline.worker.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.WorkerConfig;
import dev.phaseline.worker.WorkerException;
import dev.phaseline.worker.kafka.LaneFailures;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedAssignorException;
import org.junit.jupiter.api.Test;

/// Client settings that can never work, found without a broker.
final class ClientTrialTest {
  private static final Pipeline PIPELINE =
      Pipeline.named("p").phase("one", Codec.text(), (_, _) -> Outcome.done()).build();

  private static List<String> problems(Map<String, ?> settings, int lanes) {
    return ClientTrial.problems(config(settings), List.of(placement(lanes)));
  }

  private static WorkerConfig config(Map<String, ?> settings) {
    var kafka = new HashMap<String, Object>(settings);
    kafka.putIfAbsent("bootstrap.servers", "127.0.0.1:9");
    return WorkerConfig.of("s1", kafka);
  }

  private static Placement placement(int lanes) {
    return new Placement(PIPELINE, "one", PIPELINE.phase("one").options(), lanes);
  }

  private static void assertOneLineNames(String setting, Object value) {
    assertThat(problems(Map.of(setting, value), 1))
        .as(setting + "=" + value)
        .hasSize(1)
        .allSatisfy(line -> assertThat(line).contains(setting).doesNotContain("\n"));
  }

  @Test
  void eachSettingThatCanNeverWorkIsOneLineThatNamesIt() {
    assertOneLineNames("session.timeout.ms", "30000");
    assertOneLineNames("heartbeat.interval.ms", "3000");
    assertOneLineNames(
        "partition.assignment.strategy", "org.apache.kafka.clients.consumer.RangeAssignor");
    assertOneLineNames("retries", "0");
    assertOneLineNames("max.in.flight.requests.per.connection", "10");
    assertOneLineNames("linger.ms", "20000");
    assertOneLineNames("linger.ms", "5001");
    assertOneLineNames("max.request.size", "10MB");
    assertOneLineNames("fetch.max.bytes", "50 MB");
    assertOneLineNames("compression.type", "brotli");

    assertOneLineNames("client.dns.lookup", "sometimes");
    assertOneLineNames("security.protocol", "SSLL");
    assertOneLineNames("metric.reporters", "com.acme.Missing");
    assertOneLineNames("bootstrap.servers", "no-port");
    assertOneLineNames("reconnect.backoff.ms", "-1");
  }

  @Test
  void settingsOfEverydayUseAreTaken() {
    assertThat(
            problems(
                Map.of(
                    "linger.ms", "5000",
                    "compression.type", "zstd",
                    "client.rack", "a",
                    "acks", "1",
                    "enable.auto.commit", "true",
                    "max.request.size", " 2000000 "),
                2))
        .isEmpty();
  }

  @Test
  void aSlipInANameIsToldBeforeAnythingThatFollowsFromIt() {
    assertThat(problems(Map.of("secuirty.protocol", "SASL_SSL", "retries", "0"), 1))
        .containsExactly(
            "no Kafka client has a setting 'secuirty.protocol'; did you mean security.protocol?");
  }

  @Test
  void anInstanceIdIsForOneLane() {
    assertThat(problems(Map.of("group.instance.id", "pod-1"), 2))
        .containsExactly(
            "group.instance.id is set, but phase 'one' has 2 lanes in one group, which takes an"
                + " instance id once; remove the setting, or give the phase one lane");
    assertThat(problems(Map.of("group.instance.id", "pod-1"), 1)).isEmpty();
  }

  @Test
  void anInterceptorIsGivenToItsOwnKindOfClient() {
    assertThat(problems(Map.of("interceptor.classes", Reads.class.getName()), 1))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).contains(Reads.class.getName()));
    assertThat(
            problems(
                Map.of(
                    "consumer.interceptor.classes", Reads.class.getName(),
                    "producer.interceptor.classes", Writes.class.getName()),
                1))
        .isEmpty();
  }

  @Test
  void aPasswordOfTheWrongTypeIsNotRepeated() {
    assertThat(problems(Map.of("ssl.truststore.password", 123456), 1))
        .hasSize(1)
        .allSatisfy(
            line -> assertThat(line).contains("ssl.truststore.password").doesNotContain("123456"));
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThat(
            problems(
                Map.of("security.protocol", "SSL", "ssl.truststore.location", "/no/such.jks"), 1))
        .hasSize(1)
        .allSatisfy(
            line -> assertThat(line).contains("/no/such.jks").contains("ssl.truststore.location"));
  }

  @Test
  void whatNewClientsCanNotMendEndsALane() {
    for (var failure :
        List.of(
            new ConfigException("linger.ms is odd"),
            new KafkaException("Failed to construct kafka producer", new ConfigException("x")),
            new KafkaException(new InvalidTxnTimeoutException("too long")),
            new UnsupportedAssignorException("nope"))) {
      assertThat(LaneFailures.beyondRepair(failure, Map.of(), "lane"))
          .isInstanceOf(WorkerException.class);
    }
    assertThat(LaneFailures.beyondRepair(new TimeoutException("later"), Map.of(), "lane")).isNull();
  }

  /// An interceptor of consumers alone.
  public static final class Reads implements ConsumerInterceptor<byte[], byte[]> {
    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
      return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> configs) {}
  }

  /// An interceptor of producers alone.
  public static final class Writes implements ProducerInterceptor<byte[], byte[]> {
    @Override
    public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
      return record;
    }

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> configs) {}
  }
}
