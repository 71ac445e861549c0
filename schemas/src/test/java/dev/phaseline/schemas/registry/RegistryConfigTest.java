package dev.phaseline.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;

final class RegistryConfigTest {

  private static RegistryConfig with(Object... settings) {
    var map = new HashMap<String, Object>();
    map.put("schema.registry.url", "http://localhost:8081");
    for (var i = 0; i < settings.length; i += 2) map.put((String) settings[i], settings[i + 1]);
    return RegistryConfig.from(map);
  }

  @Test
  void aMissingAddressIsNamed() {
    assertThatThrownBy(() -> RegistryConfig.from(Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("schema.registry.url");
  }

  @Test
  void addressesThatAreNoneAreRefusedWithoutTheirSecrets() {
    for (var bad :
        List.of(
            "localhost:8081",
            "ftp://me:secret@h",
            "http://",
            "http://me:secret@",
            "http://h?x=1",
            "http://me:sec ret@h",
            "http://h h")) {
      assertThatThrownBy(() -> with("schema.registry.url", bad))
          .as(bad)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("schema.registry.url")
          .hasMessageNotContaining("secret")
          .hasMessageNotContaining("sec ret");
    }
  }

  @Test
  void severalAddressesMayBeAList() {
    assertThat(with("schema.registry.url", List.of("http://a", "http://b/")).urls())
        .hasToString("[http://a, http://b]");
  }

  @Test
  void contradictionsAreRefused() {
    assertThatThrownBy(() -> with("basic.auth.user.info", "a:b", "bearer.auth.token", "t"))
        .hasMessageContaining("both");
    assertThatThrownBy(() -> with("basic.auth.credentials.source", "USER_INFO"))
        .hasMessageContaining("basic.auth.user.info is not set");
    assertThatThrownBy(() -> with("basic.auth.credentials.source", "SASL_INHERIT"))
        .hasMessageContaining("SASL_INHERIT");
    assertThatThrownBy(() -> with("bearer.auth.credentials.source", "OAUTHBEARER"))
        .hasMessageContaining("OAUTHBEARER");
    assertThatThrownBy(() -> with("basic.auth.user.info", "nocolon"))
        .hasMessageContaining("user:password")
        .hasMessageNotContaining("nocolon");
    assertThatThrownBy(() -> with("bearer.auth.token", "a\nb"))
        .hasMessageContaining("bearer.auth.token");
  }

  @Test
  void numbersHaveBounds() {
    assertThatThrownBy(() -> with("max.retries", "-1")).hasMessageContaining("max.retries");
    assertThatThrownBy(() -> with("http.read.timeout.ms", "soon"))
        .hasMessageContaining("http.read.timeout.ms 'soon'");
    assertThatThrownBy(() -> with("http.connect.timeout.ms", 0))
        .hasMessageContaining("http.connect.timeout.ms");
  }

  @Test
  void waitsDoubleUpToTheirBound() {
    var timing = with("retries.wait.ms", 100, "retries.max.wait.ms", 1000).timing();
    assertThat(timing.waitMs(1, 0)).isEqualTo(50);
    assertThat(timing.waitMs(2, 0)).isEqualTo(100);
    assertThat(timing.waitMs(2, 0.999)).isBetween(199L, 200L);
    assertThat(timing.waitMs(10_000, 0.999)).isBetween(999L, 1000L);
  }

  @Test
  void passwordsMayBeKafkasOwnType() {
    var config = with("basic.auth.user.info", new Password("me:secret"));
    assertThat(config.authorization()).isEqualTo("Basic bWU6c2VjcmV0");
    assertThat(config.toString()).doesNotContain("secret").doesNotContain("bWU6c2VjcmV0");
  }

  @Test
  void aTrustStoreThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> with("schema.registry.ssl.truststore.location", "/nowhere/trust.p12"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("/nowhere/trust.p12");
  }

  @Test
  void hostNamesAreAlwaysChecked() {
    assertThatThrownBy(() -> with("schema.registry.ssl.endpoint.identification.algorithm", ""))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("can't be switched off");
  }
}
