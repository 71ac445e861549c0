package dev.phaseline.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;

/// Slips in the names of client settings, and settings of one kind of client.
final class KafkaSettingsTest {

  @Test
  void aSlipIsNamedWithWhatWasMeant() {
    var slips =
        Map.ofEntries(
            Map.entry("secuirty.protocol", "security.protocol"),
            Map.entry("security.protocl", "security.protocol"),
            Map.entry("security-protocol", "security.protocol"),
            Map.entry("securityProtocol", "security.protocol"),
            Map.entry("SECURITY_PROTOCOL", "security.protocol"),
            Map.entry("sasl.mechansim", "sasl.mechanism"),
            Map.entry("sasl.jaas.confi", "sasl.jaas.config"),
            Map.entry("bootstrap.server", "bootstrap.servers"),
            Map.entry("ssl.trustore.location", "ssl.truststore.location"),
            Map.entry("compresion.type", "compression.type"),
            Map.entry("producer.lingerms", "producer.linger.ms"),
            Map.entry("consumer.fetch.min.byte", "consumer.fetch.min.bytes"),
            Map.entry("main.consumer.max.pol.records", "main.consumer.max.poll.records"),
            Map.entry("ack", "acks"));
    slips.forEach(
        (slip, meant) ->
            assertThat(KafkaSettings.slips(Map.of(slip, "secret-value")))
                .containsExactly(
                    "no Kafka client has a setting '" + slip + "'; did you mean " + meant + "?"));
  }

  @Test
  void anUnknownSecuritySettingIsRefusedUnlessAPlugInMayReadIt() {
    var handler = "sasl.login.callback.handler.class";
    for (var name : List.of("ssl.truststore.path", "sasl.user", "security.tls.on", "SSL_CERT")) {
      assertThat(KafkaSettings.slips(Map.of(name, "secret-value")))
          .hasSize(1)
          .allSatisfy(line -> assertThat(line).contains(name).doesNotContain("secret-value"));
      assertThat(KafkaSettings.slips(Map.of(name, "x", handler, "com.acme.Login"))).isEmpty();
    }
  }

  @Test
  void everyNameThatAClientKnowsIsTaken() {
    var all = new HashMap<String, String>();
    for (var name : ConsumerConfig.configNames()) all.put(name, "");
    for (var name : ProducerConfig.configNames()) all.put("producer." + name, "");
    for (var name : AdminClientConfig.configNames()) all.put("admin." + name, "");
    assertThat(KafkaSettings.slips(all)).isEmpty();
  }

  @Test
  void whatPlugInsReadIsLeftAlone() {
    var settings = new HashMap<String, String>();
    settings.put("schema.registry.url", "x");
    settings.put("specific.avro.reader", "true");
    settings.put("auto.register.schemas", "false");
    settings.put("basic.auth.user.info", "x");
    settings.put("com.acme.audit.topic", "x");
    settings.put("application.id", "x");
    assertThat(KafkaSettings.slips(settings)).isEmpty();
  }

  @Test
  void controlCharactersOfANameDoNotReachTheLine() {
    assertThat(KafkaSettings.slips(Map.of("ssl.\u001b[2Jx", "x")).getFirst())
        .contains("'ssl.?[2Jx'")
        .doesNotContain("\u001b");
  }

  @Test
  void aKindOfClientHasSettingsOfItsOwn() {
    var settings =
        Map.of(
            "bootstrap.servers", "b:1",
            "interceptor.classes", "both",
            "consumer.interceptor.classes", "reads",
            "producer.interceptor.classes", "writes",
            "admin.retries", "3");
    assertThat(KafkaSettings.ofConsumer(settings))
        .isEqualTo(Map.of("bootstrap.servers", "b:1", "interceptor.classes", "reads"));
    assertThat(KafkaSettings.ofProducer(settings))
        .isEqualTo(Map.of("bootstrap.servers", "b:1", "interceptor.classes", "writes"));
    assertThat(KafkaSettings.ofAdmin(settings))
        .isEqualTo(
            Map.of("bootstrap.servers", "b:1", "interceptor.classes", "both", "retries", "3"));
  }
}
