package dev.phaseline.ops.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.http.TrustedProxies;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whom the console lets in, for how long, and by which name and path.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class ConsoleGuardTest {
  @TempDir Path folder;
  private Path file = Path.of("");
  private String token = "";
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Scene> scenes = new ArrayList<>();

  @BeforeEach
  void token() {
    file = folder.resolve("tokens");
    token = Tokens.create(file, "ann", Role.ADMIN, Optional.empty());
  }

  @AfterEach
  void close() {
    scenes.forEach(Scene::close);
    client.shutdownNow(); // streams are still open
  }

  private Scene start(UnaryOperator<ConsoleConfig> change) {
    var scene = new Scene(file, now::get, change);
    scenes.add(scene);
    return scene;
  }

  private Scene start() {
    return start(UnaryOperator.identity());
  }

  private static Http bearer(Scene scene, String which) {
    return new Http(scene).with("Authorization", "Bearer " + which);
  }

  private static String signIn(Scene scene, String which) throws Exception {
    var answer = new Http(scene).post("/api/v1/session", "{\"token\":\"" + which + "\"}");
    assertThat(answer.status()).isEqualTo(204);
    return answer.header("Set-Cookie");
  }

  private static String pair(String cookie) {
    return cookie.split(";", 2)[0];
  }

  /// A stream of events that is open.
  private BufferedReader events(Scene scene, String header, String value) throws Exception {
    var answer = stream(scene, header, value);
    assertThat(answer.statusCode()).isEqualTo(200);
    var lines = new BufferedReader(new InputStreamReader(answer.body(), UTF_8));
    assertThat(lines.readLine()).isEqualTo("event: hello");
    return lines;
  }

  private HttpResponse<java.io.InputStream> stream(Scene scene, String header, String value)
      throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(scene.url("/api/v1/events"))).header(header, value);
    return client.send(request.build(), BodyHandlers.ofInputStream());
  }

  private static void endsSignedOut(BufferedReader events) throws IOException {
    var last = "";
    for (var line = events.readLine(); line != null; line = events.readLine()) {
      if (line.startsWith("event: ")) last = line;
    }
    assertThat(last).isEqualTo("event: signed-out");
  }

  /// A file that is written in place is empty for a moment, and all its tokens are gone then.
  private static void replaceWhole(Path file, List<String> lines) throws IOException {
    var next = file.resolveSibling("next");
    Files.copy(file, next, StandardCopyOption.COPY_ATTRIBUTES);
    Files.write(next, lines);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void aTokenThatIsTakenOutLosesItsStreams() throws Exception {
    var scene = start();
    var other = Tokens.create(file, "bob", Role.VIEWER, Optional.empty());
    var byToken = events(scene, "Authorization", "Bearer " + token);
    var byCookie = events(scene, "Cookie", pair(signIn(scene, token)));
    var kept = events(scene, "Authorization", "Bearer " + other);
    var lines = Files.readString(file).lines().filter(line -> !line.startsWith("ann ")).toList();
    replaceWhole(file, lines);
    endsSignedOut(byToken);
    endsSignedOut(byCookie);
    while (!kept.readLine().equals("event: beat")) {
      assertThat(bearer(scene, other).get("/api/v1/session").status()).isEqualTo(200);
    }
  }

  @Test
  void aTokenFileThatIsGoneEndsAllStreams() throws Exception {
    var scene = start();
    var events = events(scene, "Authorization", "Bearer " + token);
    Files.delete(file);
    endsSignedOut(events);
  }

  @Test
  void aSessionThatEndsLosesItsStreams() throws Exception {
    var scene = start();
    var first = pair(signIn(scene, token));
    var second = pair(signIn(scene, token));
    var ofFirst = events(scene, "Cookie", first);
    var ofSecond = events(scene, "Cookie", second);
    var signedIn = new Http(scene).with("Cookie", first).withCsrf();
    assertThat(signedIn.send("DELETE", "/api/v1/session", null).status()).isEqualTo(204);
    endsSignedOut(ofFirst);
    now.updateAndGet(then -> then.plus(Sessions.LIFE));
    endsSignedOut(ofSecond);
  }

  @Test
  void aTokenThatExpiresLosesItsStreams() throws Exception {
    var brief = Tokens.create(file, "old", Role.VIEWER, Optional.of(Duration.ofDays(1)));
    var scene = start();
    var events = events(scene, "Authorization", "Bearer " + brief);
    now.updateAndGet(then -> then.plus(Duration.ofDays(2)));
    endsSignedOut(events);
  }

  @Test
  void wrongTokensDoNotHoldUpRightOnesFromTheSameAddress() throws Exception {
    var scene = start();
    for (var i = 0; i < LoginLimit.FAILURES_MAX; i++) {
      assertThat(bearer(scene, "pl_wrong").get("/api/v1/jobs").status()).isEqualTo(401);
    }
    assertThat(bearer(scene, "pl_wrong").get("/api/v1/jobs").status()).isEqualTo(429);
    assertThat(bearer(scene, token).get("/api/v1/jobs").status()).isEqualTo(200);
    var cookie = pair(signIn(scene, token));
    assertThat(new Http(scene).with("Cookie", cookie).get("/api/v1/session").json().path("name"))
        .hasToString("\"ann\"");
  }

  @Test
  void whereARequestComesFromIsATrustedProxysWordAndNobodyElses() throws Exception {
    var proxies = TrustedProxies.of(List.of("127.0.0.0/8", "10.0.0.0/8"));
    var trusting = start(config -> config.withProxies(proxies));
    assertThat(from(trusting, "X-Forwarded-For", "6.6.6.6, 203.0.113.9, 10.1.2.3"))
        .isEqualTo("203.0.113.9");
    assertThat(from(trusting, "Forwarded", "for=6.6.6.6;proto=http, For=\"[2001:db8::1]:4711\""))
        .isEqualTo("2001:db8:0:0:0:0:0:1");
    assertThat(from(trusting, "X-Forwarded-For", "203.0.113.9, <b>, unknown"))
        .isEqualTo("127.0.0.1");
    assertThat(from(start(), "X-Forwarded-For", "203.0.113.9")).isEqualTo("127.0.0.1");
    assertThatThrownBy(() -> TrustedProxies.of(List.of("proxy.example")))
        .hasMessageContaining("'proxy.example'")
        .hasMessageContaining("10.0.0.0/8");
  }

  private String from(Scene scene, String header, String value) throws Exception {
    var port = scene.console().port();
    var path = "/api/v1/dead/cities/letters/0-0/reveal";
    var head = "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n";
    var more = "Content-Type: application/json\r\nContent-Length: 2\r\n" + header + ": " + value;
    var text = head + "Authorization: Bearer " + token + "\r\n" + more + "\r\n";
    assertThat(raw(scene, text, "{}")).startsWith("HTTP/1.1 200");
    return scene.audit.newest(1).getFirst().where();
  }

  private static String raw(Scene scene, String head, String body) throws IOException {
    var port = scene.console().port();
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(120_000);
      var text = head + "Connection: close\r\n\r\n" + body;
      socket.getOutputStream().write(text.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  @Test
  void oneTokenCanNotTakeAllStreams() throws Exception {
    var scene = start();
    var other = Tokens.create(file, "bob", Role.VIEWER, Optional.empty());
    var open = new ArrayList<BufferedReader>();
    for (var i = 0; i < EventStreams.LISTENERS_OF_ONE_MAX; i++) {
      open.add(events(scene, "Authorization", "Bearer " + token));
    }
    var refused = stream(scene, "Authorization", "Bearer " + token);
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(new String(refused.body().readAllBytes(), UTF_8)).contains("with this token");
    events(scene, "Authorization", "Bearer " + other).close();
    open.getFirst().close();
    var end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (stream(scene, "Authorization", "Bearer " + token).statusCode() != 200) {
      assertThat(System.nanoTime()).as("a place is free again").isLessThan(end);
      Thread.sleep(50);
    }
  }

  @Test
  void aSignInIsSmallAndNothingElseIsReadOfAStranger() throws Exception {
    var scene = start();
    var large = "{\"token\":\"" + "x".repeat(5_000) + "\"}";
    assertThat(new Http(scene).post("/api/v1/session", large).status()).isEqualTo(413);
    var port = scene.console().port();
    // the answer comes though the body never does
    var head =
        "POST /api/v1/dead/cities/undo HTTP/1.1\r\nHost: 127.0.0.1:"
            + port
            + "\r\nContent-Type: application/json\r\nContent-Length: 4000000\r\n";
    assertThat(raw(scene, head, "{")).startsWith("HTTP/1.1 401");
  }

  @Test
  void largeBodiesAreReadAFewAtATimeHoweverManyAreBegun() throws Exception {
    var scene = start();
    var head =
        "POST /api/v1/dead/cities/undo HTTP/1.1\r\nHost: 127.0.0.1:"
            + scene.console().port()
            + "\r\nAuthorization: Bearer "
            + token
            + "\r\nContent-Type: application/json\r\nContent-Length: 4000000\r\n\r\n{";
    var held = new ArrayList<Socket>();
    try {
      for (var i = 0; i < 8; i++) {
        var socket = new Socket(InetAddress.getLoopbackAddress(), scene.console().port());
        held.add(socket);
        socket.getOutputStream().write(head.getBytes(UTF_8));
      }
      // Whichever come first are read. The places are taken once the others have their answers.
      var end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
      while (answered(held) < 4) {
        assertThat(System.nanoTime()).as("four of eight are refused").isLessThan(end);
        Thread.onSpinWait();
      }
      var answer = raw(scene, head.replace("\r\n\r\n{", "\r\n"), "{".repeat(200));
      assertThat(answer).startsWith("HTTP/1.1 503");
      assertThat(answer).contains("too-many-large-bodies", "Retry-After: 1");
      var small = bearer(scene, token).post("/api/v1/dead/cities/undo", "{\"query\":\"0-0\"}");
      assertThat(small.status()).isEqualTo(200);
    } finally {
      for (var socket : held) socket.close();
    }
  }

  private static int answered(List<Socket> sockets) throws IOException {
    var count = 0;
    for (var socket : sockets) if (socket.getInputStream().available() > 0) count++;
    return count;
  }

  @Test
  void healthAnswersAnyHostAndTheRestItsOwnOnly() throws Exception {
    var scene = start();
    var port = scene.console().port();
    for (var host : List.of("10.244.0.5:8471", "[2001:db8::7]:1", "lb.example")) {
      assertThat(raw(scene, "GET /health HTTP/1.1\r\nHost: " + host + "\r\n", ""))
          .as(host)
          .startsWith("HTTP/1.1 200");
      assertThat(raw(scene, "GET / HTTP/1.1\r\nHost: " + host + "\r\n", ""))
          .as(host)
          .startsWith("HTTP/1.1 421");
    }
    for (var host : List.of("[::1]", "[0:0:0:0:0:0:0:1]", "LOCALHOST", "127.0.0.1")) {
      assertThat(raw(scene, "GET / HTTP/1.1\r\nHost: " + host + ':' + port + "\r\n", ""))
          .as(host)
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void whatTheServerRefusesItselfIsAProblemWithTheSameProtections() throws Exception {
    var scene = start();
    var host = " HTTP/1.1\r\nHost: 127.0.0.1:" + scene.console().port() + "\r\n";
    for (var head :
        List.of(
            "GET /%" + host,
            "GET /%zz" + host,
            "GET /../x" + host,
            "G{}T /" + host,
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n",
            "GET /" + host + "X: " + "x".repeat(40_000) + "\r\n",
            "GET /" + "x".repeat(40_000) + host)) {
      assertThat(raw(scene, head, ""))
          .as(head)
          .matches("(?s)HTTP/1.1 4\\d\\d .*")
          .contains("application/problem+json", "\"remedy\":", "frame-ancestors 'none'", "nosniff")
          .doesNotContain("Exception");
    }
    for (var method : List.of("PATCH", "TRACE", "FOO", "OPTIONS", "PUT")) {
      assertThat(raw(scene, method + " /api/v1/jobs" + host, ""))
          .as(method)
          .startsWith("HTTP/1.1 405")
          .contains("Allow: GET", "frame-ancestors 'none'");
    }
    assertThat(raw(scene, "HEAD /main.js" + host, ""))
        .startsWith("HTTP/1.1 200")
        .contains("ETag: ", "frame-ancestors 'none'")
        .endsWith("\r\n\r\n");
    var events =
        raw(scene, "HEAD /api/v1/events" + host + "Authorization: Bearer " + token + "\r\n", "");
    assertThat(events).as("it does not wait for events").startsWith("HTTP/1.1 200");
  }

  @Test
  void aStreamIsNeitherBufferedNorChangedByProxies() throws Exception {
    var scene = start();
    var answer = stream(scene, "Authorization", "Bearer " + token);
    assertThat(answer.headers().firstValue("X-Accel-Buffering")).hasValue("no");
    assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store, no-transform");
    assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
    answer.body().close();
  }

  @Test
  void jsonAndPageAreCompressedForThoseWhoTakeIt() throws Exception {
    var scene = start();
    for (var path : List.of("/api/v1/jobs", "/main.js")) {
      var plain = bearer(scene, token).get(path);
      assertThat(plain.header("Content-Encoding")).as(path).isEmpty();
      assertThat(plain.header("Vary")).as(path).isEqualTo("Accept-Encoding");
      var request =
          HttpRequest.newBuilder(URI.create(scene.url(path)))
              .header("Authorization", "Bearer " + token)
              .header("Accept-Encoding", "br, gzip;q=0.5");
      var packed = client.send(request.build(), BodyHandlers.ofByteArray());
      assertThat(packed.headers().firstValue("Content-Encoding")).as(path).hasValue("gzip");
      var bytes = new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes();
      assertThat(new String(bytes, UTF_8)).as(path).isEqualTo(plain.response().body());
      assertThat(packed.body().length).as(path).isLessThan(bytes.length / 2);
    }
    var refused = bearer(scene, token).with("Accept-Encoding", "gzip;q=0").get("/main.js");
    assertThat(refused.header("Content-Encoding")).isEmpty();
    var tag = refused.header("ETag");
    assertThat(new Http(scene).with("If-None-Match", tag).get("/main.js").status()).isEqualTo(304);
  }

  @Test
  void twoConsolesOnOneHostKeepTheirCookiesApart() throws Exception {
    var one = signIn(start(), token);
    var two = signIn(start(), token);
    assertThat(pair(one).split("=", 2)[0]).isNotEqualTo(pair(two).split("=", 2)[0]);
    var staging = URI.create("http://h.example:8080/staging");
    var production = URI.create("http://h.example:8080/production/");
    var below = signIn(start(config -> config.withPublicUrl(staging)), token);
    assertThat(below).startsWith("phaseline_session_8080_staging=").contains("; Path=/staging/;");
    assertThat(signIn(start(config -> config.withPublicUrl(production)), token))
        .startsWith("phaseline_session_8080_production=");
    var both = scenes.getFirst();
    var cookies = pair(two) + "; " + pair(one);
    assertThat(new Http(both).with("Cookie", cookies).get("/api/v1/jobs").status()).isEqualTo(200);
  }

  @Test
  void aPathOfThePublicUrlWorksWhetherTheProxyTakesItAwayOrLeavesIt() throws Exception {
    var url = URI.create("https://h.example/phaseline");
    var scene = start(config -> config.withPublicUrl(url));
    assertThat(scene.console().url()).hasToString("https://h.example/phaseline/");
    var host = " HTTP/1.1\r\nHost: h.example\r\n";
    for (var prefix : List.of("", "/phaseline")) {
      assertThat(raw(scene, "GET " + prefix + "/" + host, ""))
          .as(prefix)
          .startsWith("HTTP/1.1 200")
          .contains("src=\"main.js\"")
          .doesNotContain("=\"/");
      assertThat(raw(scene, "GET " + prefix + "/main.js" + host, "")).startsWith("HTTP/1.1 200");
      assertThat(raw(scene, "GET " + prefix + "/api/v1/session" + host, "")).contains("\"open\"");
    }
    assertThat(raw(scene, "GET /phaseline" + host, ""))
        .startsWith("HTTP/1.1 308")
        .contains("Location: /phaseline/");
    assertThat(raw(scene, "GET /phaselinex" + host, "")).startsWith("HTTP/1.1 404");
    for (var wrong :
        List.of("http://h/a/../b", "http://h/a b", "http://h/?a", "http://u@h/", "ftp://h")) {
      assertThatThrownBy(
              () -> ConsoleConfig.local(0).withPublicUrl(URI.create(wrong.replace(" ", "%20"))))
          .as(wrong)
          .isInstanceOf(ConsoleException.class)
          .hasMessageContaining("the public URL");
    }
  }
}
