package dev.phaseline.embedded.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the embedded registry does beyond the contract.
final class EmbeddedRegistryTest {
  private static final String STRING = "\"string\"";
  private static final String ONE_FIELD =
      "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"string\"}]}";
  private static final String WITH_DEFAULT =
      """
      {"type":"record","name":"R","fields":[{"name":"a","type":"string"},
       {"name":"b","type":"int","default":0}]}\
      """;
  private static final String WITHOUT_DEFAULT =
      """
      {"type":"record","name":"R","fields":[{"name":"a","type":"string"},
       {"name":"b","type":"int"}]}\
      """;

  private final EmbeddedRegistry registry = EmbeddedRegistry.inMemory(0);
  private final RawHttp http = new RawHttp(registry.url());

  @AfterEach
  void stop() {
    registry.close();
  }

  private RawHttp.Answer register(String subject, String schema) throws Exception {
    return http.post("/subjects/" + subject + "/versions", RawHttp.schema(schema));
  }

  @Test
  void idsAreDenseFromOne() throws Exception {
    for (var i = 1; i <= 5; i++) {
      var fixed = "{\"type\":\"fixed\",\"name\":\"F" + i + "\",\"size\":" + i + "}";
      assertThat(register("s" + i, fixed).text()).isEqualTo("{\"id\":" + i + "}");
    }
  }

  @Test
  void theRuleIsBackwardByDefault() throws Exception {
    assertThat(http.get("/config").text()).isEqualTo("{\"compatibilityLevel\":\"BACKWARD\"}");
    register("s", ONE_FIELD);

    var refused = register("s", WITHOUT_DEFAULT);

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.code()).isEqualTo(409);
    assertThat(refused.json().path("message").asText()).contains("b").contains("BACKWARD");
    assertThat(register("s", WITH_DEFAULT).status()).isEqualTo(200);
  }

  @Test
  void aTransitiveRuleLooksAtAllVersions() throws Exception {
    var renamed =
        "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"b\",\"type\":\"int\"}]}";
    register("s", ONE_FIELD);
    register("s", WITH_DEFAULT);
    var question = RawHttp.schema(renamed);
    assertThat(http.post("/compatibility/subjects/s/versions/latest", question).text())
        .isEqualTo("{\"is_compatible\":true}");
    http.put("/config/s", "{\"compatibility\":\"BACKWARD_TRANSITIVE\"}");

    var refused = register("s", renamed);

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.json().path("message").asText()).contains("version 1");
    var reasons = http.post("/compatibility/subjects/s/versions?verbose=true", question).json();
    assertThat(reasons.path("messages").isEmpty()).isFalse();
  }

  @Test
  void fullMeansBothDirections() throws Exception {
    http.put("/config", "{\"compatibility\":\"FULL\"}");
    register("s", WITH_DEFAULT);
    assertThat(register("s", ONE_FIELD).status()).isEqualTo(200);
    assertThat(register("s", WITHOUT_DEFAULT).status()).isEqualTo(409);
  }

  @Test
  void unknownThingsHaveConfluentsErrorCodes() throws Exception {
    register("s", STRING);
    assertThat(http.get("/subjects/none/versions").code()).isEqualTo(40401);
    assertThat(http.get("/subjects/s/versions/7").code()).isEqualTo(40402);
    assertThat(http.get("/subjects/s/versions/x").code()).isEqualTo(42202);
    assertThat(http.get("/subjects/s/versions/0").code()).isEqualTo(42202);
    assertThat(http.get("/schemas/ids/7").code()).isEqualTo(40403);
    assertThat(http.post("/subjects/s", RawHttp.schema("\"int\"")).code()).isEqualTo(40403);
    assertThat(http.get("/config/s").code()).isEqualTo(40408);
    assertThat(http.get("/nowhere").status()).isEqualTo(404);
    assertThat(http.get("/schemas/ids/seven").status()).isEqualTo(404);
    assertThat(http.put("/config", "{\"compatibility\":\"SOMETIMES\"}").code()).isEqualTo(42203);
  }

  @Test
  void badBodiesAreRefused() throws Exception {
    assertThat(http.post("/subjects/s/versions", "{not json").status()).isEqualTo(400);
    assertThat(http.post("/subjects/s/versions", "[]").status()).isEqualTo(422);
    assertThat(http.post("/subjects/s/versions", "").status()).isEqualTo(422);
    assertThat(http.post("/subjects/s/versions", "{}").code()).isEqualTo(42201);
    assertThat(http.post("/subjects/s/versions", "{\"schema\":7}").code()).isEqualTo(42201);
    assertThat(register("s", "{\"type\":\"nonsense\"}").code()).isEqualTo(42201);
    assertThat(register("s", "").code()).isEqualTo(42201);
    assertThat(
            http.post("/subjects/s/versions", "{\"schema\":\"x\",\"schemaType\":\"PROTOBUF\"}")
                .code())
        .isEqualTo(42201);
    assertThat(http.get("/subjects").text()).isEqualTo("[]");
  }

  @Test
  void deeplyNestedSchemaIsRefusedAndTheRegistryGoesOn() throws Exception {
    var depth = 20_000;
    var nested = "{\"type\":\"array\",\"items\":".repeat(depth) + "\"string\"" + "}".repeat(depth);
    assertThat(register("s", nested).status()).isEqualTo(422);
    assertThat(register("s", STRING).status()).isEqualTo(200);
  }

  @Test
  void anOversizeBodyIsRefused() throws Exception {
    var padding = "x".repeat(RegistryEndpoint.BODY_BYTES_MAX);
    assertThat(register("s", "{\"type\":\"string\",\"doc\":\"" + padding + "\"}").status())
        .isEqualTo(413);
    assertThat(http.get("/subjects").text()).isEqualTo("[]");
  }

  @Test
  void whatAPageOfAnotherOriginCanSendIsRefused() throws Exception {
    register("s", STRING);
    var port = registry.url().getPort();
    var own = "Host: 127.0.0.1:" + port + "\r\n";
    for (var hostile :
        List.of(
            "GET /subjects HTTP/1.1\r\nHost: evil.example:" + port + "\r\n",
            "DELETE /subjects/s HTTP/1.1\r\nHost: evil.example\r\n",
            "DELETE /subjects/s HTTP/1.1\r\n" + own + "Origin: https://evil.example\r\n",
            "DELETE /subjects/s HTTP/1.1\r\n" + own + "Origin: null\r\n",
            "PUT /config HTTP/1.1\r\n" + own + "Content-Type: text/plain;charset=UTF-8\r\n",
            "PUT /config HTTP/1.1\r\n" + own + "Content-Type: multipart/form-data\r\n")) {
      var body = "{\"compatibility\":\"NONE\"}";
      var answer = raw(hostile + "Content-Length: " + body.length() + "\r\n", body);
      assertThat(answer).as(hostile).matches("(?s)HTTP/1.1 4(21|03|15) .*\"error_code\":4.*");
    }
    assertThat(http.get("/subjects").text()).isEqualTo("[\"s\"]");
    assertThat(http.get("/config").text()).contains("BACKWARD");
    for (var good : List.of("localhost:" + port, "LOCALHOST:" + port, "[::1]:" + port)) {
      assertThat(raw("GET /subjects HTTP/1.1\r\nHost: " + good + "\r\n", ""))
          .as(good)
          .startsWith("HTTP/1.1 200");
    }
  }

  /// What comes back to a request that no well-behaved client sends.
  private String raw(String head, String body) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), registry.url().getPort())) {
      socket.setSoTimeout(120_000);
      var text = head + "Connection: close\r\n\r\n" + body;
      socket.getOutputStream().write(text.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  @Test
  void headIsAnsweredAsGetIsButForTheBody() throws Exception {
    for (var path : List.of("/subjects", "/config")) {
      var head = http.send("HEAD", path, "", "application/json");
      assertThat(head.status()).as(path).isEqualTo(200);
      assertThat(head.text()).isEmpty();
    }
    assertThat(http.send("HEAD", "/subjects/none/versions", "", "application/json").status())
        .isEqualTo(404);
  }

  @Test
  void whatIsNoRequestIsRefusedAsTheRegistryRefuses() throws Exception {
    assertThat(raw("GET /% HTTP/1.1\r\nHost: localhost\r\n", ""))
        .startsWith("HTTP/1.1 400")
        .contains("\"error_code\":400")
        .doesNotContain("Exception");
  }

  @Test
  void aDeletedSubjectKeepsItsIds() throws Exception {
    register("s", STRING);
    assertThat(http.delete("/subjects/s").text()).isEqualTo("[1]");

    assertThat(http.get("/subjects").text()).isEqualTo("[]");
    assertThat(http.get("/subjects?deleted=true").text()).isEqualTo("[\"s\"]");
    assertThat(http.get("/schemas/ids/1").text()).isEqualTo("{\"schema\":\"\\\"string\\\"\"}");
    assertThat(register("s", STRING).text()).isEqualTo("{\"id\":1}");
    assertThat(http.get("/subjects/s/versions").text()).isEqualTo("[2]");
    assertThat(http.delete("/subjects/s?permanent=true").code()).isEqualTo(42205);
    assertThat(http.delete("/subjects/s/versions/2").text()).isEqualTo("2");
  }

  @Test
  void theSmallQuestionsAreAnswered() throws Exception {
    register("s", STRING);
    register("t", STRING);
    assertThat(http.get("/").status()).isEqualTo(200);
    assertThat(http.get("/schemas/types").text()).isEqualTo("[\"AVRO\"]");
    assertThat(http.get("/schemas/ids/1/schema").text()).isEqualTo("\"string\"");
    assertThat(http.get("/schemas/ids/1/subjects").text()).isEqualTo("[\"s\",\"t\"]");
    assertThat(http.get("/schemas/ids/1/versions").json()).hasSize(2);
    assertThat(http.get("/subjects/s/versions/latest/schema").text()).isEqualTo("\"string\"");
    assertThat(http.get("/subjects/s/versions/1/referencedby").text()).isEqualTo("[]");
    assertThat(http.get("/mode").text()).isEqualTo("{\"mode\":\"READWRITE\"}");
    assertThat(http.get("/config/s?defaultToGlobal=true").text()).contains("BACKWARD");
    http.put("/config/s", "{\"compatibility\":\"NONE\"}");
    assertThat(http.delete("/config/s").status()).isEqualTo(200);
    assertThat(http.get("/config/s").code()).isEqualTo(40408);
  }

  @Test
  void versionsGrowUnderConcurrentWriters() throws Exception {
    http.put("/config", "{\"compatibility\":\"NONE\"}");
    var schemas =
        IntStream.range(0, 40)
            .mapToObj(i -> "{\"type\":\"fixed\",\"name\":\"F\",\"size\":" + (i + 1) + "}")
            .toList();
    schemas.parallelStream()
        .forEach(
            schema -> {
              try {
                assertThat(register("s", schema).status()).isEqualTo(200);
              } catch (Exception failed) {
                throw new AssertionError(failed);
              }
            });
    assertThat(http.get("/subjects/s/versions").json()).hasSize(40);
    assertThat(http.get("/subjects/s/versions/latest").json().path("version").asInt())
        .isEqualTo(40);
    assertThat(http.get("/schemas/ids/40").status()).isEqualTo(200);
    assertThat(http.get("/schemas/ids/41").status()).isEqualTo(404);
  }

  @Test
  void aTakenPortIsNamed() {
    assertThatThrownBy(() -> EmbeddedRegistry.inMemory(registry.url().getPort()).close())
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("port " + registry.url().getPort());
  }

  @Test
  void closingTwiceIsFine() {
    registry.close();
    registry.close();
    assertThatThrownBy(() -> http.get("/subjects")).isInstanceOf(java.io.IOException.class);
  }
}
