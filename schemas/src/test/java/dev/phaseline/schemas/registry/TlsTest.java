package dev.phaseline.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A registry behind TLS that also asks for the client's certificate.
final class TlsTest {
  private static final String PASSWORD = "changeit";

  private static @Nullable FakeRegistry fake;
  private static @Nullable Path stores;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    stores = folder;
    for (var who : List.of("server", "client", "stranger")) makeKey(folder, who);
    var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var context = SSLContext.getInstance("TLS");
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store(folder.resolve("server.p12")), PASSWORD.toCharArray());
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store(folder.resolve("client.p12")));
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            var ssl = context.getDefaultSSLParameters();
            ssl.setNeedClientAuth(true);
            parameters.setSSLParameters(ssl);
          }
        });
    fake =
        new FakeRegistry(
            server,
            exchange -> FakeRegistry.send(exchange, 200, "{\"schema\":\"\\\"string\\\"\"}"));
  }

  @AfterAll
  static void stop() {
    if (fake != null) fake.close();
  }

  private static void makeKey(Path folder, String who) throws Exception {
    keytool(
        "-genkeypair",
        "-alias",
        who,
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-dname",
        "CN=" + who,
        "-ext",
        "san=ip:127.0.0.1",
        "-validity",
        "2",
        "-storetype",
        "PKCS12",
        "-storepass",
        PASSWORD,
        "-keystore",
        folder.resolve(who + ".p12").toString());
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        who,
        "-storepass",
        PASSWORD,
        "-keystore",
        folder.resolve(who + ".p12").toString(),
        "-file",
        folder.resolve(who + ".pem").toString());
  }

  private static void keytool(String... arguments) throws Exception {
    var command = new java.util.ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
  }

  private static KeyStore store(Path file) throws Exception {
    var store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private static String file(String name) {
    if (stores == null) throw new IllegalStateException("no stores");
    return stores.resolve(name).toString();
  }

  private static HttpSchemaRegistry client(Map<String, String> more) {
    if (fake == null) throw new IllegalStateException("no server");
    var settings = new HashMap<String, Object>(more);
    settings.put("schema.registry.url", "https://127.0.0.1:" + fake.port());
    settings.put("max.retries", 0);
    return HttpSchemaRegistry.of(settings);
  }

  private static Map<String, String> keyStore(String who) {
    return Map.of(
        "schema.registry.ssl.keystore.type",
        "PKCS12",
        "schema.registry.ssl.keystore.location",
        file(who + ".p12"),
        "schema.registry.ssl.keystore.password",
        PASSWORD,
        "schema.registry.ssl.key.password",
        PASSWORD);
  }

  private static Map<String, String> and(Map<String, String> some, Map<String, String> more) {
    var all = new HashMap<>(some);
    all.putAll(more);
    return all;
  }

  @Test
  void aTrustStoreInPemAndAKeyStoreInPkcs12Work() {
    var trust =
        Map.of(
            "schema.registry.ssl.truststore.type",
            "PEM",
            "schema.registry.ssl.truststore.location",
            file("server.pem"));
    try (var client = client(and(trust, keyStore("client")))) {
      assertThat(client.schema(1)).isEqualTo(Schema.create(Schema.Type.STRING));
    }
  }

  @Test
  void anUntrustedServerIsRefusedAndTheSettingIsNamed() {
    var trust =
        Map.of(
            "schema.registry.ssl.truststore.type",
            "PEM",
            "schema.registry.ssl.truststore.location",
            file("stranger.pem"));
    try (var client = client(and(trust, keyStore("client")))) {
      assertThatThrownBy(() -> client.schema(1))
          .isInstanceOf(RegistryUnavailableException.class)
          .hasMessageContaining("TLS")
          .hasMessageContaining("schema.registry.ssl.");
    }
  }

  @Test
  void aClientWithoutItsCertificateIsRefused() {
    var trust =
        Map.of(
            "schema.registry.ssl.truststore.type",
            "PEM",
            "schema.registry.ssl.truststore.location",
            file("server.pem"));
    try (var client = client(trust)) {
      assertThatThrownBy(() -> client.schema(1)).isInstanceOf(RegistryUnavailableException.class);
    }
  }

  @Test
  void aWrongPasswordIsNamedAndNotShown() {
    var wrong = and(keyStore("client"), Map.of("schema.registry.ssl.keystore.password", "secret"));
    assertThatThrownBy(() -> client(wrong).close())
        .isInstanceOf(org.apache.kafka.common.config.ConfigException.class)
        .hasMessageContaining("ssl.keystore")
        .hasMessageNotContaining("secret");
  }
}
