package dev.phaseline.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What clients can't do to a server, whatever they send or leave out.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class HttpServerTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final Duration SHORT = Duration.ofMillis(700);
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final String HOST = "Host: here\r\n";

  private final List<HttpServer> servers = new ArrayList<>();
  private final AtomicReference<String> broken = new AtomicReference<>("");
  private final CountDownLatch free = new CountDownLatch(1);
  private final CountDownLatch over = new CountDownLatch(1);

  /// Answers `/body` with the body's length, `/hold` in part until it is freed, `/flood` with more
  /// than any buffer holds, `/sleep` after longer than all limits, and else with the path.
  private final class Echo implements HttpEndpoint {
    @Override
    public void answer(HttpCall call) throws IOException {
      try {
        switch (call.path()) {
          case "/body" -> call.send(200, Integer.toString(call.body(10).length).getBytes(UTF_8));
          case "/flood" -> flood(call);
          case "/sleep" -> sleep(call);
          case "/hold" -> hold(call);
          case "/bug" -> throw new IllegalStateException("secret");
          default -> call.send(200, (call.path() + '?' + call.query()).getBytes(UTF_8));
        }
      } catch (BodyTooLargeException large) {
        call.send(413, String.valueOf(large.getMessage()).getBytes(UTF_8));
      } catch (IOException failed) {
        broken.set(call.path());
        over.countDown();
        throw failed;
      }
    }

    private static void flood(HttpCall call) throws IOException {
      call.open(200);
      var piece = new byte[1 << 20];
      while (true) call.push(piece);
    }

    private void hold(HttpCall call) throws IOException {
      call.open(200);
      try {
        assertThat(free.await(2, TimeUnit.MINUTES)).isTrue();
      } catch (InterruptedException stop) {
        throw new IOException(stop);
      }
    }

    private static void sleep(HttpCall call) throws IOException {
      try {
        Thread.sleep(3 * SHORT.toMillis()); // works for longer than a silent connection may live
      } catch (InterruptedException stop) {
        throw new IOException(stop);
      }
      call.send(200, "late".getBytes(UTF_8));
    }

    @Override
    public HttpReply refusal(int status) {
      return new HttpReply(status, Map.of("X-Ours", "yes"), ("no " + status).getBytes(UTF_8));
    }
  }

  private InetSocketAddress start(HttpLimits limits) throws IOException {
    var server = HttpServer.bind(ANY, limits);
    server.serve(new Echo());
    servers.add(server);
    return server.address();
  }

  @AfterEach
  void close() {
    servers.forEach(HttpServer::close);
  }

  private static String ask(InetSocketAddress at, String request) throws IOException {
    try (var client = new RawClient(at)) {
      return client.send(request).rest();
    }
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n";
  }

  @Test
  void limitsAreEachServersOwn() throws Exception {
    var patient = start(HttpLimits.usual().withTimes(LONG));
    var strict = start(HttpLimits.usual().withTimes(SHORT));
    try (var kept = new RawClient(patient).send("GET /kept HTTP/1.1\r\n");
        var cut = new RawClient(strict).send("GET / HT")) {
      assertThat(cut.rest()).as("of the second server in the process").isEmpty();
      kept.send(HOST + "Connection: close\r\n\r\n");
      assertThat(kept.rest()).startsWith("HTTP/1.1 200").endsWith("/kept?null");
    }
  }

  @Test
  void aConnectionThatEndsAfterARefusalIsSaidToEnd() throws Exception {
    var at = start(HttpLimits.usual());
    for (var path : List.of("/%2e%2e/x", "/%zz", "/bug")) {
      try (var client = new RawClient(at).send("GET " + path + " HTTP/1.1\r\n" + HOST + "\r\n")) {
        assertThat(client.rest()).as(path).contains("X-Ours: yes", "Connection: close");
      }
    }
  }

  @Test
  void afterAnUnreadBodyTheConnectionGoesOnOrItsEndIsAnnounced() throws Exception {
    var at = start(HttpLimits.usual());
    for (var path : List.of("/unread", "/body")) {
      for (var length : List.of(20, 500_000)) {
        var head = "POST " + path + " HTTP/1.1\r\n" + HOST + "Content-Length: " + length;
        try (var client = new RawClient(at).send(head + "\r\n\r\n" + "x".repeat(length))) {
          assertThat(client.answer()).as(head).startsWith("HTTP/1.1 ").doesNotContain("close");
          assertThat(client.send(get("/next")).rest()).as(head).endsWith("/next?null");
        }
      }
    }
    // none of the body is sent: the server is not to wait for it
    for (var header :
        List.of("Content-Length: 5000000", "Content-Length: 5\r\nExpect: 100-continue")) {
      var head = "POST /unread HTTP/1.1\r\n" + HOST + header + "\r\n\r\n";
      try (var client = new RawClient(at).send(head)) {
        assertThat(client.rest()).as(head).contains("Connection: close").endsWith("/unread?null");
      }
    }
  }

  @Test
  void aHeadThatDripsIsCutOffThoughBytesGoOnComing() throws Exception {
    var at = start(HttpLimits.usual().withTimes(SHORT));
    try (var drip = new RawClient(at).send("GET / HTTP/1.1\r\nX: ")) {
      drip.dripUntilClosed('a');
    }
    try (var silent = new RawClient(at)) {
      assertThat(silent.rest()).isEmpty();
    }
  }

  @Test
  void theSecondHeadOfAConnectionIsCutOffToo() throws Exception {
    var at = start(HttpLimits.usual().withTimes(SHORT));
    try (var client = new RawClient(at).send("GET /one HTTP/1.1\r\n" + HOST + "\r\n")) {
      assertThat(client.line()).isEqualTo("HTTP/1.1 200 OK");
      client.send("GET /two HTTP/1.1\r\nX: ");
      client.dripUntilClosed('a');
    }
  }

  @Test
  void aBodyThatDripsIsCutOffAndItsThreadIsFree() throws Exception {
    var at = start(HttpLimits.usual().withTimes(SHORT));
    var head = "POST /body HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n1\r\n";
    try (var drip = new RawClient(at).send(head)) {
      drip.dripUntilClosed('0');
    }
    assertThat(over.await(2, TimeUnit.MINUTES)).as("the endpoint's thread ends").isTrue();
    assertThat(broken.get()).isEqualTo("/body");
  }

  @Test
  void whoDoesNotReadLosesTheConnection() throws Exception {
    var at = start(HttpLimits.usual().withTimes(SHORT));
    try (var deaf = new RawClient(at).send(get("/flood"))) {
      assertThat(over.await(2, TimeUnit.MINUTES)).as("the flood ends").isTrue();
      assertThat(deaf.line()).isEqualTo("HTTP/1.1 200 OK");
    }
    assertThat(broken.get()).isEqualTo("/flood");
  }

  @Test
  void anAnswerMayTakeLongerThanAClientMay() throws Exception {
    var at = start(HttpLimits.usual().withTimes(SHORT));
    assertThat(ask(at, get("/sleep"))).startsWith("HTTP/1.1 200").endsWith("late");
  }

  @Test
  void furtherConnectionsWaitWhileAllAreAtWork() throws Exception {
    var at = start(HttpLimits.usual().withConnections(3).withTimes(LONG));
    var held = new ArrayList<RawClient>();
    for (var i = 0; i < 3; i++) {
      var client = new RawClient(at).send(get("/hold"));
      assertThat(client.line()).isEqualTo("HTTP/1.1 200 OK");
      held.add(client);
    }
    try (var fourth = new RawClient(at).send(get("/fourth"))) {
      assertThat(fourth.isSilentFor(SHORT)).as("while three are at work").isTrue();
      free.countDown();
      assertThat(fourth.rest()).endsWith("/fourth?null");
    } finally {
      for (var client : held) client.close();
    }
  }

  @Test
  void halfHeadsDoNotShutOthersOut() throws Exception {
    var at = start(HttpLimits.usual().withConnections(5).withTimes(LONG));
    var held = new ArrayList<RawClient>();
    for (var i = 0; i < 20; i++) held.add(new RawClient(at).send("GET / HTTP/1.1\r\nX: "));
    assertThat(ask(at, get("/now"))).endsWith("/now?null");
    assertThat(held.getFirst().rest()).as("the longest idle is closed").isEmpty();
    for (var client : held) client.close();
  }

  @Test
  void aBodyIsReadUpToItsLimitAndTheRestIsRefusedWithAnAnswer() throws Exception {
    var at = start(HttpLimits.usual());
    var post = "POST /body HTTP/1.1\r\n" + HOST + "Connection: close\r\nContent-Length: ";
    assertThat(ask(at, post + "10\r\n\r\n0123456789")).startsWith("HTTP/1.1 200").endsWith("10");
    assertThat(ask(at, post + "11\r\n\r\n01234567890")).startsWith("HTTP/1.1 413");
    assertThat(ask(at, post + (5 << 20) + "\r\n\r\n" + "x".repeat(5 << 20)))
        .startsWith("HTTP/1.1 413");
    assertThat(ask(at, post + "500000\r\n\r\n" + "x".repeat(500_000)).replace("/body", "/"))
        .startsWith("HTTP/1.1 413");
    var unread = "POST /unread HTTP/1.1\r\n" + HOST + "Connection: close\r\nContent-Length: 500000";
    assertThat(ask(at, unread + "\r\n\r\n" + "x".repeat(500_000))).endsWith("/unread?null");
  }

  @Test
  void whatTheServerItselfRefusesIsSaidByTheEndpoint() throws Exception {
    var at = start(HttpLimits.usual());
    for (var request :
        List.of(
            "GET /% HTTP/1.1\r\n" + HOST + "\r\n",
            "GET /%00 HTTP/1.1\r\n" + HOST + "\r\n",
            "GET /%zz HTTP/1.1\r\n" + HOST + "\r\n",
            "GET /../x HTTP/1.1\r\n" + HOST + "\r\n",
            "GET / HTTP/1.1\r\nX y z\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET /" + "x".repeat(100_000) + " HTTP/1.1\r\n" + HOST + "\r\n",
            "GET / HTTP/1.1\r\n" + HOST + "X: " + "x".repeat(100_000) + "\r\n\r\n",
            "GET / HTTP/7.1\r\n" + HOST + "\r\n",
            "G\u0001T / HTTP/1.1\r\n" + HOST + "\r\n",
            "\u0016\u0003\u0001\u0002\r\n\r\n",
            "POST /body HTTP/1.1\r\n" + HOST + "Content-Length: x\r\n\r\n",
            "POST /body HTTP/1.1\r\n" + HOST + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "GET /bug HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n")) {
      var line = request.lines().findFirst().orElseThrow();
      var answer = ask(at, request);
      assertThat(answer).as(line).matches("(?s)HTTP/1.1 [45]\\d\\d .*X-Ours: yes.*\r\n\r\nno \\d+");
      assertThat(answer).as(line).doesNotContain("Exception", "Jetty", "jetty", "secret", "<h");
    }
  }

  @Test
  void pathsArriveAsTheyCame() throws Exception {
    var at = start(HttpLimits.usual());
    for (var path : List.of("/a%2Fb", "/a/..", "/a/%2e%2e/x", "//x", "/a;b=c")) {
      assertThat(ask(at, get(path))).as(path).endsWith("\r\n\r\n" + path + "?null");
    }
    assertThat(ask(at, get("/x?a=%&b=ü"))).contains("/x?a=%&b=");
  }

  @Test
  void headHasTheLengthAndNoBodyAndAStreamEndsAtOnce() throws Exception {
    var at = start(HttpLimits.usual());
    var head = ask(at, get("/x").replace("GET", "HEAD"));
    assertThat(head).startsWith("HTTP/1.1 200").contains("Content-Length: 7").endsWith("\r\n\r\n");
    assertThat(head).doesNotContain("Server:");
  }

  @Test
  void aTakenPortIsABindException() throws Exception {
    var at = start(HttpLimits.usual());
    assertThatThrownBy(() -> HttpServer.bind(at, HttpLimits.usual()))
        .isInstanceOf(BindException.class)
        .hasMessageContaining("in use");
  }
}
