package dev.phaseline.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
final class HttpSchemaRegistryTest {
  private static final Schema STRING = Schema.create(Schema.Type.STRING);
  private static final String STRING_ANSWER = "{\"schema\":\"\\\"string\\\"\"}";

  private static HttpSchemaRegistry client(String urls, String... more) {
    var settings = new HashMap<String, Object>();
    settings.put("schema.registry.url", urls);
    settings.put("retries.wait.ms", "1");
    settings.put("phaseline.registry.look.again.ms", "1");
    settings.put("http.read.timeout.ms", "5000");
    for (var i = 0; i < more.length; i += 2) settings.put(more[i], more[i + 1]);
    return HttpSchemaRegistry.of(settings);
  }

  private static HttpHandler always(int status, String body) {
    return exchange -> FakeRegistry.send(exchange, status, body);
  }

  private static String closedPort() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "http://127.0.0.1:" + socket.getLocalPort();
    }
  }

  @Test
  void aSchemaIsAskedForOnce() throws Exception {
    try (var fake = new FakeRegistry(always(200, STRING_ANSWER));
        var client = client(fake.url().toString())) {
      assertThat(client.schema(7)).isEqualTo(STRING);
      assertThat(client.schema(7)).isEqualTo(STRING);
      assertThat(fake.requests()).containsExactly("GET /schemas/ids/7");
    }
  }

  @Test
  void aRegistrationIsAskedForOnceASubject() throws Exception {
    try (var fake = new FakeRegistry(always(200, "{\"id\":3}"));
        var client = client(fake.url().toString())) {
      assertThat(client.register("a", STRING)).isEqualTo(3);
      assertThat(client.register("a", Schema.create(Schema.Type.STRING))).isEqualTo(3);
      assertThat(client.id("a", STRING)).isEqualTo(3);
      assertThat(client.register("b", STRING)).isEqualTo(3);
      assertThat(fake.requests())
          .containsExactly("POST /subjects/a/versions", "POST /subjects/b/versions");
    }
  }

  @Test
  void aRegistryThatIsDownIsUnavailableAndNamed() throws Exception {
    var url = closedPort();
    try (var client = client(url, "max.retries", "1")) {
      assertThatThrownBy(() -> client.schema(7))
          .isInstanceOf(RegistryUnavailableException.class)
          .isInstanceOf(RetriableException.class)
          .hasMessageContaining(url)
          .hasMessageContaining("refused")
          .hasMessageContaining("schema.registry.url");
    }
  }

  @Test
  void anUnknownHostIsUnavailable() {
    try (var client = client("http://registry.invalid:1", "max.retries", "0")) {
      assertThatThrownBy(() -> client.schema(7))
          .isInstanceOf(RegistryUnavailableException.class)
          .hasMessageContaining("registry.invalid");
    }
  }

  @Test
  void aRegistryThatNeverAnswersIsGivenUp() throws Exception {
    var end = new CountDownLatch(1);
    try (var fake = new FakeRegistry(exchange -> await(end));
        var client =
            client(fake.url().toString(), "max.retries", "1", "http.read.timeout.ms", "1500")) {
      assertThatThrownBy(() -> client.schema(7)).isInstanceOf(RegistryUnavailableException.class);
      // Nobody waits for the server: it may hear of a request after its sender has given up.
      var until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (fake.requests().size() < 2 && System.nanoTime() - until < 0) Thread.onSpinWait();
      assertThat(fake.requests()).hasSize(2);
      end.countDown();
    }
  }

  @Test
  void aBodyThatTricklesIsGivenUpToo() throws Exception {
    var end = new CountDownLatch(1);
    try (var fake =
            new FakeRegistry(
                exchange -> {
                  exchange.sendResponseHeaders(200, 1_000);
                  exchange.getResponseBody().write('{');
                  exchange.getResponseBody().flush();
                  await(end);
                });
        var client =
            client(fake.url().toString(), "max.retries", "0", "http.read.timeout.ms", "150")) {
      assertThatThrownBy(() -> client.schema(7))
          .isInstanceOf(RegistryUnavailableException.class)
          .hasMessageContaining("150 ms");
      end.countDown();
    }
  }

  @Test
  void anEndlessBodyIsRefused() throws Exception {
    var chunk = new byte[1 << 20];
    try (var fake =
            new FakeRegistry(
                exchange -> {
                  exchange.sendResponseHeaders(200, 0);
                  try {
                    for (var i = 0; i < 100; i++) exchange.getResponseBody().write(chunk);
                  } catch (java.io.IOException hungUp) {
                    // as it should be
                  }
                });
        var client = client(fake.url().toString(), "max.retries", "0")) {
      assertThatThrownBy(() -> client.schema(7))
          .isInstanceOf(RegistryUnavailableException.class)
          .hasMessageContaining("more than");
    }
  }

  @Test
  void serverErrorsAreRetried() throws Exception {
    for (var status : List.of(500, 502, 503, 429)) {
      var calls = new AtomicInteger();
      try (var fake =
              new FakeRegistry(
                  exchange -> {
                    var fails = calls.incrementAndGet() <= 2;
                    FakeRegistry.send(exchange, fails ? status : 200, fails ? "" : STRING_ANSWER);
                  });
          var client = client(fake.url().toString())) {
        assertThat(client.schema(7)).as("after %d", status).isEqualTo(STRING);
        assertThat(calls).hasValue(3);
      }
    }
  }

  @Test
  void retriesAreBounded() throws Exception {
    try (var fake = new FakeRegistry(always(503, ""));
        var client = client(fake.url().toString(), "max.retries", "2")) {
      assertThatThrownBy(() -> client.schema(7))
          .isInstanceOf(RegistryUnavailableException.class)
          .hasMessageContaining("503")
          .hasMessageContaining("3 tries");
      assertThat(fake.requests()).hasSize(3);
    }
  }

  @Test
  void refusalsAreNotRetried() throws Exception {
    for (var status : List.of(400, 401, 403, 404, 409, 422)) {
      var body = "{\"error_code\":" + status + "01,\"message\":\"no\"}";
      try (var fake = new FakeRegistry(always(status, body));
          var client = client(fake.url().toString())) {
        assertThatThrownBy(() -> client.register("s", STRING))
            .as("%d", status)
            .isInstanceOf(SerializationException.class)
            .hasMessageContaining("'s'")
            .hasMessageContaining("no")
            .hasMessageContaining(fake.url().toString());
        assertThat(fake.requests()).hasSize(1);
      }
    }
  }

  @Test
  void deniedAccessCanBeToldFromABadSchema() throws Exception {
    for (var status : List.of(401, 403, 422)) {
      try (var fake = new FakeRegistry(always(status, "{\"error_code\":1,\"message\":\"no\"}"));
          var client = client(fake.url().toString())) {
        assertThatThrownBy(() -> client.schema(7))
            .isInstanceOfSatisfying(
                RegistryRefusedException.class,
                refused -> {
                  assertThat(refused.status()).isEqualTo(status);
                  assertThat(refused.accessDenied()).isEqualTo(status != 422);
                });
      }
    }
  }

  @Test
  void whatIsNotARegistryIsUnavailableAndNoItemsFailure() throws Exception {
    var answers =
        Map.of(
            "<html>It works!</html>", 200,
            "", 200,
            "[]", 200,
            "{}", 200,
            "{\"schema\":", 200,
            "<html>404 page not found</html>", 404,
            "nothing here", 404);
    answers.forEach(
        (body, status) -> {
          try (var fake = new FakeRegistry(always(status, body));
              var client = client(fake.url().toString())) {
            assertThatThrownBy(() -> client.schema(7))
                .as("%d '%s'", status, body)
                .isInstanceOf(RegistryUnavailableException.class)
                .hasMessageContaining("schema.registry.url");
          } catch (java.io.IOException failed) {
            throw new AssertionError(failed);
          }
        });
  }

  @Test
  void redirectsAreNotFollowedSoCredentialsStayHere() throws Exception {
    try (var other = new FakeRegistry(always(200, STRING_ANSWER));
        var fake =
            new FakeRegistry(
                exchange -> {
                  exchange.getResponseHeaders().set("Location", other.url() + "/loop");
                  FakeRegistry.send(exchange, 302, "");
                });
        var client = client(fake.url().toString(), "basic.auth.user.info", "me:secret")) {
      assertThatThrownBy(() -> client.schema(7))
          .isInstanceOf(RegistryUnavailableException.class)
          .hasMessageContaining(other.url().toString())
          .hasMessageNotContaining("secret");
      assertThat(other.requests()).isEmpty();
      assertThat(fake.requests()).hasSize(1);
    }
  }

  @Test
  void theNextAddressAnswersWhenOneIsDown() throws Exception {
    try (var fake = new FakeRegistry(always(200, "{\"id\":3}"));
        var client = client(closedPort() + " , " + fake.url(), "max.retries", "0")) {
      assertThat(client.register("a", STRING)).isEqualTo(3);
      assertThat(client.register("b", STRING)).isEqualTo(3);
    }
  }

  @Test
  void theAddressThatAnsweredIsAskedFirst() throws Exception {
    try (var failing = new FakeRegistry(always(500, ""));
        var fake = new FakeRegistry(always(200, "{\"id\":3}"));
        var client = client(failing.url() + "," + fake.url())) {
      client.register("a", STRING);
      client.register("b", STRING);
      assertThat(failing.requests()).hasSize(1);
      assertThat(fake.requests()).hasSize(2);
    }
  }

  @Test
  void anInterruptedCallerIsLetGo() throws Exception {
    var asked = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    try (var fake =
            new FakeRegistry(
                exchange -> {
                  asked.countDown();
                  await(end);
                });
        var client = client(fake.url().toString())) {
      var result = new java.util.concurrent.CompletableFuture<Throwable>();
      var caller =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      client.schema(7);
                    } catch (InterruptException interrupted) {
                      if (Thread.currentThread().isInterrupted()) result.complete(interrupted);
                    } catch (RuntimeException other) {
                      result.complete(other);
                    }
                  });
      asked.await();
      caller.interrupt();
      assertThat(result.get()).isInstanceOf(InterruptException.class);
      assertThat(caller.join(Duration.ofSeconds(10))).isTrue();
      end.countDown();
    }
  }

  @Test
  void credentialsAreSentAndNeverShown() throws Exception {
    var cases =
        Map.of(
            new String[] {"basic.auth.user.info", "me:secret"}, "Basic bWU6c2VjcmV0",
            new String[] {
                  "basic.auth.credentials.source", "USER_INFO", "basic.auth.user.info", "me:secret"
                },
                "Basic bWU6c2VjcmV0",
            new String[] {"bearer.auth.token", "t0ken-secret"}, "Bearer t0ken-secret");
    for (var each : cases.entrySet()) {
      try (var fake = new FakeRegistry(always(401, "{\"error_code\":401,\"message\":\"no\"}"));
          var client = client(fake.url().toString(), each.getKey())) {
        assertThatThrownBy(() -> client.schema(7))
            .isInstanceOf(RegistryRefusedException.class)
            .hasMessageNotContaining("secret");
        assertThat(fake.authorizations()).containsExactly(each.getValue());
        assertThat(client.toString()).doesNotContain("secret");
      }
    }
  }

  @Test
  void credentialsInTheAddressAreSentAndNeverShown() throws Exception {
    try (var fake = new FakeRegistry(always(401, "{\"error_code\":401,\"message\":\"no\"}"));
        var client = client("http://me:secret@127.0.0.1:" + fake.port() + "/")) {
      assertThatThrownBy(() -> client.schema(7)).hasMessageNotContaining("secret");
      assertThat(fake.authorizations()).containsExactly("Basic bWU6c2VjcmV0");
    }
  }

  @Test
  void aPathInTheAddressIsKept() throws Exception {
    try (var fake = new FakeRegistry(always(200, STRING_ANSWER));
        var client = client(fake.url() + "/apis/ccompat/v7/")) {
      client.schema(7);
      assertThat(fake.requests()).containsExactly("GET /apis/ccompat/v7/schemas/ids/7");
    }
  }

  @Test
  void otherFormatsAreNamed() throws Exception {
    var answers =
        Map.of(
            "{\"schemaType\":\"PROTOBUF\",\"schema\":\"syntax\"}", "PROTOBUF",
            "{\"schema\":\"{\\\"type\\\":\\\"nonsense\\\"}\"}", "not a valid Avro schema");
    for (var each : answers.entrySet()) {
      try (var fake = new FakeRegistry(always(200, each.getKey()));
          var client = client(fake.url().toString())) {
        assertThatThrownBy(() -> client.schema(7))
            .isInstanceOf(SerializationException.class)
            .hasMessageContaining("schema id 7")
            .hasMessageContaining(each.getValue());
      }
    }
  }

  @Test
  void aSchemaIsReadWithThoseThatItRefersTo() throws Exception {
    var answers =
        Map.of(
            "/schemas/ids/7",
            "{'schema':'{\\'type\\':\\'record\\',\\'name\\':\\'Order\\',\\'fields\\':["
                + "{\\'name\\':\\'by\\',\\'type\\':\\'x.Customer\\'},"
                + "{\\'name\\':\\'to\\',\\'type\\':\\'x.Address\\'}]}','references':["
                + "{'name':'x.Customer','subject':'customer','version':2},"
                + "{'name':'x.Address','subject':'address','version':1}]}",
            "/subjects/customer/versions/2",
            "{'schema':'{\\'type\\':\\'record\\',\\'name\\':\\'x.Customer\\',\\'fields\\':["
                + "{\\'name\\':\\'at\\',\\'type\\':\\'x.Address\\'}]}','references':["
                + "{'name':'x.Address','subject':'address','version':1}]}",
            "/subjects/address/versions/1",
            "{'schema':'{\\'type\\':\\'record\\',\\'name\\':\\'x.Address\\',\\'fields\\':[]}'}");
    try (var fake = new FakeRegistry(byPath(answers));
        var client = client(fake.url().toString())) {
      var order = client.schema(7);
      assertThat(order.getField("by").schema().getFullName()).isEqualTo("x.Customer");
      assertThat(order.getField("to").schema().getFullName()).isEqualTo("x.Address");
      assertThat(fake.requests()).hasSize(3); // each once
    }
  }

  @Test
  void referencesThatCanNotBeHadAreOneLine() throws Exception {
    var toEachOther =
        Map.of(
            "/schemas/ids/7",
            "{'schema':'\\'x.A\\'','references':[{'name':'x.A','subject':'a','version':1}]}",
            "/subjects/a/versions/1",
            "{'schema':'\\'x.B\\'','references':[{'name':'x.B','subject':'b','version':1}]}",
            "/subjects/b/versions/1",
            "{'schema':'\\'x.A\\'','references':[{'name':'x.A','subject':'a','version':1}]}");
    try (var fake = new FakeRegistry(byPath(toEachOther));
        var client = client(fake.url().toString())) {
      assertThatThrownBy(() -> client.schema(7))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("schema id 7");
    }
    var missing =
        Map.of(
            "/schemas/ids/7",
            "{'schema':'\\'x.A\\'','references':[{'name':'x.A','subject':'gone','version':1}]}");
    try (var fake = new FakeRegistry(byPath(missing));
        var client = client(fake.url().toString())) {
      assertThatThrownBy(() -> client.schema(7))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("refers to schemas that can't be had")
          .hasMessageContaining("gone");
    }
  }

  private static HttpHandler byPath(Map<String, String> answers) {
    return exchange -> {
      var answer = answers.get(exchange.getRequestURI().toString());
      if (answer == null) {
        FakeRegistry.send(exchange, 404, "{\"error_code\":40402,\"message\":\"not found\"}");
      } else {
        FakeRegistry.send(exchange, 200, answer.replace('\'', '"'));
      }
    };
  }

  @Test
  void aSchemaThatAFollowerHasNotHeardOfYetIsAskedForTwice() throws Exception {
    var asked = new AtomicInteger();
    HttpHandler behind =
        exchange -> {
          var first = asked.incrementAndGet() == 1;
          var missing = "{\"error_code\":40403,\"message\":\"Schema not found\"}";
          FakeRegistry.send(exchange, first ? 404 : 200, first ? missing : STRING_ANSWER);
        };
    try (var fake = new FakeRegistry(behind);
        var client = client(fake.url().toString())) {
      assertThat(client.schema(7)).isEqualTo(STRING);
    }
  }

  @Test
  void aSchemaThatIsMissingForGoodIsNotAskedForTwiceEachTime() throws Exception {
    var missing = "{\"error_code\":40403,\"message\":\"Schema not found\"}";
    try (var fake = new FakeRegistry(always(404, missing));
        var client = client(fake.url().toString())) {
      for (var i = 0; i < 5; i++) {
        assertThatThrownBy(() -> client.schema(7)).isInstanceOf(SchemaNotFoundException.class);
      }
      assertThat(fake.requests()).hasSize(6);
    }
  }

  @Test
  void controlCharactersOfTheRegistryStayOutOfOurMessages() throws Exception {
    var body = "{\"error_code\":42201,\"message\":\"a\\nFAKE LOG LINE\\u001b[31m\"}";
    try (var fake = new FakeRegistry(always(422, body));
        var client = client(fake.url().toString())) {
      assertThatThrownBy(() -> client.register("s", STRING))
          .satisfies(
              refused ->
                  assertThat(String.valueOf(refused.getMessage()).chars())
                      .noneMatch(Character::isISOControl));
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}
