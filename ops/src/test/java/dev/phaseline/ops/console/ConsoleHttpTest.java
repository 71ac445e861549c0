package dev.phaseline.ops.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.phaseline.ops.tracker.TrackerState;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.topics.ClusterException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the API answers to what is wrong, and whom it lets in.
final class ConsoleHttpTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;
  private Scene scene = new Scene();

  @BeforeEach
  void print() {
    System.out.println("console at " + scene.url("/"));
  }

  @AfterEach
  void close() {
    scene.close();
  }

  private void withTokens(Path file) {
    withTokens(file, InstantSource.system());
  }

  private void withTokens(Path file, InstantSource clock) {
    scene.close();
    scene = new Scene(file, 0, clock);
  }

  @Test
  void aMissingJobIsAProblemThatNamesItAndTheRemedy() throws Exception {
    var answer = new Http(scene).get("/api/v1/jobs/job-404");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.problem()).isEqualTo("no-such-job");
    assertThat(answer.json().path("detail").asText()).contains("job-404");
    assertThat(answer.json().path("remedy").asText()).isNotBlank();
  }

  @Test
  void aBadQueryPointsAtThePlace() throws Exception {
    var answer = new Http(scene).get("/api/v1/jobs?q=pipeline%3Dcities%20colour%3Dred");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.problem()).isEqualTo("bad-query");
    assertThat(answer.json().path("position").asInt()).isEqualTo("pipeline=cities ".length());
    assertThat(answer.json().path("unknown").asText()).isEqualTo("colour");
    assertThat(answer.json().path("remedy").asText()).contains("it can be pipeline, phase");

    var letters = new Http(scene).get("/api/v1/dead/cities/letters?q=phase%3D%22store");
    assertThat(letters.status()).isEqualTo(400);
    assertThat(letters.json().path("pointer").asText()).contains("^");
  }

  @Test
  void aPageThatIsNotOneOfTheListIsRefused() throws Exception {
    assertThat(new Http(scene).get("/api/v1/jobs?cursor=forged").problem()).isEqualTo("bad-cursor");
    assertThat(new Http(scene).get("/api/v1/audit?before=-3").problem()).isEqualTo("bad-cursor");
    assertThat(new Http(scene).get("/api/v1/jobs?limit=100000").problem())
        .isEqualTo("bad-parameter");
    assertThat(new Http(scene).get("/api/v1/jobs?page=9").problem()).isEqualTo("unknown-parameter");
    assertThat(new Http(scene).get("/api/v1/jobs?limit=1&limit=2").problem())
        .isEqualTo("repeated-parameter");
    assertThat(new Http(scene).get("/api/v1/dead/towns/letters").problem())
        .isEqualTo("no-such-pipeline");
    assertThat(new Http(scene).get("/api/v1/dead/cities/letters/abc").problem())
        .isEqualTo("bad-letter-id");
  }

  @Test
  void onlyAJobThatHasNotEndedIsCancelledUnlessItIsMeantAnyway() throws Exception {
    assertThat(cancel("nobody", "").problem()).isEqualTo("no-such-job");
    assertThat(cancel("job-1", "").problem()).isEqualTo("job-has-ended");
    for (var wrong : List.of("", "x".repeat(201), "a\\nb")) {
      assertThat(cancel(wrong, "").problem()).as(wrong).isEqualTo("bad-member");
    }
    assertThat(scene.commands.settings()).as("nothing was remembered").isEmpty();
    assertThat(cancel("job-2", "").json().path("changed").asBoolean()).isTrue();
    assertThat(cancel("later", ",\"anyway\":true").json().path("changed").asBoolean()).isTrue();
    var back = "{\"pipeline\":\"cities\",\"job\":\"later\"}";
    var taken = new Http(scene).withCsrf().post("/api/v1/control/uncancel", back);
    assertThat(taken.json().path("changed").asBoolean()).isTrue();
    assertThat(scene.commands.settings())
        .containsOnlyKeys(new ControlScope.OfJob("cities", "job-2"));
  }

  private Http.Answer cancel(String job, String more) throws Exception {
    var body = "{\"pipeline\":\"cities\",\"job\":\"" + job + '"' + more + '}';
    return new Http(scene).withCsrf().post("/api/v1/control/cancel", body);
  }

  @Test
  void tenMegabytesAreRefusedWithAnAnswer() throws Exception {
    var body = "{\"query\":\"" + "x".repeat(10 << 20) + "\"}";
    var answer = new Http(scene).withCsrf().post("/api/v1/dead/cities/undo", body);
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.problem()).isEqualTo("too-large");
  }

  @Test
  void whatIsRevealedAndGivenBackChangesNothing() throws Exception {
    for (var payload :
        new byte[][] {
          "{\"amount\":12345678901234567.89,\"big\":1e400, \"s\":\"\\ud83d\"}".getBytes(UTF_8),
          "id\tname\r\n1\tM\u00FCller\r\n2\t\u200CK\r\n\u0000".getBytes(UTF_8),
          {(byte) 0xff, 0, 13, 10},
        }) {
      var id = scene.letters.add("job-9", "store", "odd", payload, scene.now);
      var letter = "/api/v1/dead/cities/letters/" + id;
      var shown = new Http(scene).withCsrf().post(letter + "/reveal", "{}").json();
      var text = shown.path("payload").path("text").asText();

      var same = edit(letter, text, false);
      assertThat(same.path("changed").asBoolean(true)).as(text).isFalse();
      assertThat(same.path("bytes").asInt()).isEqualTo(payload.length);
      var boxed = edit(letter, text.replaceAll("\r\n?", "\n"), true);
      assertThat(boxed.path("changed").asBoolean(true)).as(text).isFalse();
    }
    assertThat(scene.audit.newest(9)).noneMatch(note -> note.action().equals("edit"));
  }

  @Test
  void editThroughATextBoxKeepsTheLineEndsThatNobodyTouched() throws Exception {
    var id = scene.letters.add("job-9", "store", "odd", "a\r\nb\r\n".getBytes(UTF_8), scene.now);
    var letter = "/api/v1/dead/cities/letters/" + id;
    assertThat(edit(letter, "a\nc\n", true).path("changed").asBoolean()).isTrue();
    var shown = new Http(scene).withCsrf().post(letter + "/reveal", "{}").json();
    assertThat(shown.path("editedPayload").path("text").asText()).isEqualTo("a\r\nc\r\n");

    var half = new Http(scene).withCsrf().post(letter + "/edit", "{\"value\":\"\\ud83d\"}");
    assertThat(half.problem()).isEqualTo("bad-member");
    assertThat(half.json().path("detail").asText()).contains("lone surrogate");
  }

  private JsonNode edit(String letter, String value, boolean box) throws Exception {
    var body = JsonNodeFactory.instance.objectNode().put("value", value).put("keepLineEnds", box);
    return new Http(scene).withCsrf().post(letter + "/edit", body.toString()).json();
  }

  @Test
  void aBodyThatIsNoJsonObjectIsRefused() throws Exception {
    var path = "/api/v1/dead/cities/undo";
    var wrongType = new Http(scene).withCsrf().with("Content-Type", "text/plain").post(path, "{}");
    assertThat(wrongType.status()).isEqualTo(415);
    assertThat(new Http(scene).withCsrf().post(path, "{\"query\":").problem())
        .isEqualTo("bad-json");
    assertThat(new Http(scene).withCsrf().post(path, "[]").problem()).isEqualTo("bad-json");
    assertThat(new Http(scene).withCsrf().post(path, "{\"colour\":1}").problem())
        .isEqualTo("unknown-member");
    assertThat(new Http(scene).withCsrf().post(path, "{}").problem()).isEqualTo("no-query");
    assertThat(new Http(scene).withCsrf().post(path, "{\"query\":7}").problem())
        .isEqualTo("bad-member");
  }

  @Test
  void pathsThatClimbOutFindNothing() throws Exception {
    for (var path :
        new String[] {
          "/../../../../etc/passwd",
          "/%2e%2e/%2e%2e/etc/passwd",
          "/page/../style.css",
          "/style.css%00.html",
          "//etc/passwd",
          "/..%5c..%5cwindows",
          "/api/v1/../../index.html"
        }) {
      assertThat(raw("GET " + path + " HTTP/1.1")).as(path).matches("(?s)HTTP/1.1 40[04] .*");
    }
  }

  /// What comes back to a request that no well-behaved client sends.
  private String raw(String line) throws IOException {
    var port = scene.console().url().getPort();
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      var text = line + "\r\nHost: 127.0.0.1:" + port + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(text.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  @Test
  void whileTheTrackerRestoresItSaysSoWithProgress() throws Exception {
    scene.status.at(new TrackerState.Restoring(250, 1_000));
    var answer = new Http(scene).get("/api/v1/jobs");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.problem()).isEqualTo("tracker-restoring");
    assertThat(answer.json().path("progress").asDouble()).isEqualTo(0.25);
    assertThat(answer.header("Retry-After")).isEqualTo("2");
    var overview = new Http(scene).get("/api/v1/overview").json();
    assertThat(overview.path("tracker").path("state").asText()).isEqualTo("restoring");
    assertThat(overview.path("pipelines").path(0).path("phases").path(0).has("waiting"))
        .as("counts that may be wrong are not shown")
        .isFalse();
  }

  @Test
  void whenTheBrokerIsGoneTheLastKnownStateStaysWithItsTime() throws Exception {
    awaitOverview("workersAt");
    scene.commands.fail(new ClusterException("the cluster does not answer"));
    assertThat(new Http(scene).get("/api/v1/workers").status()).isEqualTo(503);
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (!overview().path("trouble").toString().contains("does not answer")) {
      assertThat(System.nanoTime()).as("the overview tells of it").isLessThan(end);
      Thread.sleep(50);
    }
    assertThat(overview().path("workers").path("live").asInt()).isEqualTo(1);
    assertThat(overview().path("workersAt").asText()).isNotBlank();
  }

  private com.fasterxml.jackson.databind.JsonNode overview() throws Exception {
    return new Http(scene).get("/api/v1/overview").json();
  }

  private void awaitOverview(String member) throws Exception {
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (!overview().has(member)) {
      assertThat(System.nanoTime()).as("the overview has " + member).isLessThan(end);
      Thread.sleep(20);
    }
  }

  @Test
  void offLoopbackItDoesNotStartWithoutTokens() {
    assertThatThrownBy(
            () ->
                new ConsoleConfig(
                    new InetSocketAddress("0.0.0.0", 0), Optional.empty(), Optional.empty(), ""))
        .isInstanceOf(ConsoleException.class)
        .hasMessageContaining("phaseline console token");
  }

  @Test
  void aTokenIsAskedForAndItsRoleHolds() throws Exception {
    var file = folder.resolve("tokens");
    var viewer = Tokens.create(file, "ann", Role.VIEWER, Optional.empty());
    var operator = Tokens.create(file, "bob", Role.OPERATOR, Optional.empty());
    assertThat(Files.readString(file)).doesNotContain(viewer).doesNotContain(operator);
    withTokens(file);
    assertThat(new Http(scene).get("/api/v1/overview").problem()).isEqualTo("not-signed-in");
    var ann = new Http(scene).with("Authorization", "Bearer " + viewer);
    var bob = new Http(scene).with("Authorization", "Bearer " + operator);
    assertThat(ann.get("/api/v1/overview").status()).isEqualTo(200);
    var refused = ann.post("/api/v1/dead/cities/letters/0-0/reveal", "{}");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.json().path("needs").asText()).isEqualTo("operator");
    assertThat(scene.audit.newest(10)).isEmpty();
    assertThat(bob.post("/api/v1/dead/cities/letters/0-0/reveal", "{}").status()).isEqualTo(200);
    assertThat(scene.audit.newest(1).getFirst().who()).isEqualTo("bob");
    assertThat(bob.post("/api/v1/control/pause", "{\"pipeline\":\"cities\"}").status())
        .as("a whole pipeline is an admin's")
        .isEqualTo(403);
    assertThat(
            bob.post("/api/v1/control/pause", "{\"pipeline\":\"cities\",\"phase\":\"store\"}")
                .status())
        .isEqualTo(200);
  }

  @Test
  void aPhaseOnOneServerIsAnOperatorsAndItsNumberAnAdmins() throws Exception {
    var file = folder.resolve("tokens");
    var operator = Tokens.create(file, "bob", Role.OPERATOR, Optional.empty());
    var admin = Tokens.create(file, "eve", Role.ADMIN, Optional.empty());
    withTokens(file);
    var bob = new Http(scene).with("Authorization", "Bearer " + operator);
    var there = "{\"pipeline\":\"cities\",\"phase\":\"store\",\"server\":\"worker-1\"";
    var paused = bob.post("/api/v1/control/pause", there + "}");
    assertThat(paused.status()).isEqualTo(200);
    assertThat(paused.json().path("scope").asText()).isEqualTo("cities.store on server worker-1");
    var number = there + ",\"permits\":7}";
    assertThat(bob.post("/api/v1/control/concurrency", number).status()).isEqualTo(403);
    var eve = new Http(scene).with("Authorization", "Bearer " + admin);
    var set = eve.post("/api/v1/control/concurrency", number).json();
    assertThat(set.path("server").asText()).isEqualTo("worker-1");
    var place = eve.get("/api/v1/placement").json().at("/phases/2/places/0");
    assertThat(place.path("runSet").asText()).isEqualTo("paused");
    assertThat(place.path("permitsSet").asInt()).isEqualTo(7);
    for (var half :
        List.of("{\"pipeline\":\"cities\",\"server\":\"worker-1\"}", "{\"phase\":\"store\"}")) {
      assertThat(eve.post("/api/v1/control/pause", half).problem()).as(half).isEqualTo("bad-scope");
    }
  }

  @Test
  void whileBrokersAreSilentNoTransactionIsSaidToHangAndNoneIsAborted() throws Exception {
    var file = folder.resolve("tokens");
    var token = Tokens.create(file, "eve", Role.ADMIN, Optional.empty());
    withTokens(file);
    scene.transactions.silent("broker 2 did not list the transactions it coordinates");
    var http = new Http(scene).with("Authorization", "Bearer " + token);
    var found = http.get("/api/v1/transactions").json();
    assertThat(found.path("unanswered").path(0).asText()).startsWith("broker 2 did not list");
    assertThat(found.path("transactions").path(0).path("state").asText()).isEqualTo("unknown");
    var abort = "/api/v1/transactions/abort";
    var refused = http.post(abort, "{\"producerId\":1003,\"anyway\":true}");
    assertThat(refused.problem()).isEqualTo("kept");
    assertThat(refused.json().path("detail").asText()).contains("not known whether it hangs");
    var unseen = http.post(abort, "{\"producerId\":77}");
    assertThat(unseen.problem()).isEqualTo("not-known");
    assertThat(unseen.json().path("detail").asText()).contains("broker 2 did not list");
    assertThat(scene.transactions.find().transactions()).hasSize(3);
  }

  @Test
  void aHangingTransactionIsAbortedAndOneThatShouldBeKeptOnlyByAnAdmin() throws Exception {
    var file = folder.resolve("tokens");
    var operator = Tokens.create(file, "bob", Role.OPERATOR, Optional.empty());
    var admin = Tokens.create(file, "eve", Role.ADMIN, Optional.empty());
    withTokens(file);
    var bob = new Http(scene).with("Authorization", "Bearer " + operator);
    var eve = new Http(scene).with("Authorization", "Bearer " + admin);
    var abort = "/api/v1/transactions/abort";
    assertThat(bob.get("/api/v1/transactions").json().path("transactions")).hasSize(3);
    assertThat(bob.post(abort, "{}").json().path("member").asText()).isEqualTo("producerId");
    assertThat(bob.post(abort, "{\"producerId\":-1}").problem()).isEqualTo("bad-member");
    assertThat(bob.post(abort, "{\"producerId\":77}").problem()).isEqualTo("no-such-transaction");
    for (var anyway : List.of(false, true)) { // one that is at work, whoever asks
      var refused = eve.post(abort, "{\"producerId\":2001,\"anyway\":" + anyway + "}");
      assertThat(refused.problem()).isEqualTo("kept");
      assertThat(refused.json().path("detail").asText()).contains("it is open, not hanging");
    }
    var kept = bob.post(abort, "{\"producerId\":1004}");
    assertThat(kept.status()).isEqualTo(409);
    assertThat(kept.json().path("detail").asText()).contains("would lose what it wrote");
    assertThat(bob.post(abort, "{\"producerId\":1004,\"anyway\":true}").status()).isEqualTo(403);
    assertThat(scene.audit.newest(10)).isEmpty();
    assertThat(scene.transactions.find().transactions()).hasSize(3);

    var done = bob.post(abort, "{\"producerId\":1003,\"reason\":\"stuck\"}");
    assertThat(done.json().path("transactions")).hasSize(1);
    var note = scene.audit.newest(1).getFirst();
    assertThat(note.who()).isEqualTo("bob");
    assertThat(note.action()).isEqualTo("abort");
    assertThat(note.target()).contains("producer 1003").contains("worker-1.0.1");
    assertThat(note.detail()).startsWith("stuck: ").contains("pl.cities.store-0 from 621");
    assertThat(bob.post(abort, "{\"producerId\":1003}").status()).isEqualTo(404);
    assertThat(eve.post(abort, "{\"producerId\":1004,\"anyway\":true}").status()).isEqualTo(200);
    assertThat(scene.transactions.find().transactions()).hasSize(1);
  }

  @Test
  void anExpiredAndAForgedTokenAreToldApartAndGuessingIsSlowedDown() throws Exception {
    var file = folder.resolve("tokens");
    Tokens.create(file, "ann", Role.ADMIN, Optional.empty());
    var old = Tokens.create(file, "old", Role.ADMIN, Optional.of(Duration.ofSeconds(-1)));
    // Its time stands still, so that all failures are within the minute however long they take.
    var now = new AtomicReference<>(Instant.now());
    withTokens(file, now::get);
    var expired = new Http(scene).with("Authorization", "Bearer " + old).get("/api/v1/jobs");
    assertThat(expired.status()).isEqualTo(401);
    assertThat(expired.problem()).isEqualTo("expired-token");
    var forged = new Http(scene).with("Authorization", "Bearer pl_forged");
    for (var i = 0; i < LoginLimit.FAILURES_MAX; i++) {
      assertThat(forged.get("/api/v1/jobs").problem()).isEqualTo("unknown-token");
    }
    var slowed = forged.get("/api/v1/jobs");
    assertThat(slowed.status()).isEqualTo(429);
    assertThat(slowed.header("Retry-After")).isEqualTo("61");
    now.updateAndGet(then -> then.plus(LoginLimit.WINDOW).plusMillis(1));
    assertThat(forged.get("/api/v1/jobs").problem()).isEqualTo("unknown-token");
  }

  @Test
  void aSessionsCookieIsOutOfReachAndEndsWithItsToken() throws Exception {
    var file = folder.resolve("tokens");
    var token = Tokens.create(file, "ann", Role.ADMIN, Optional.empty());
    withTokens(file);
    var answer = new Http(scene).post("/api/v1/session", "{\"token\":\"" + token + "\"}");
    assertThat(answer.status()).isEqualTo(204);
    var cookie = answer.header("Set-Cookie");
    assertThat(cookie).contains("HttpOnly").contains("SameSite=Strict");
    var signedIn = new Http(scene).with("Cookie", cookie.split(";", 2)[0]);
    assertThat(signedIn.get("/api/v1/jobs").status()).isEqualTo(200);
    assertThat(signedIn.post("/api/v1/dead/cities/undo", "{\"query\":\"0-0\"}").problem())
        .isEqualTo("csrf");
    assertThat(signedIn.withCsrf().post("/api/v1/dead/cities/undo", "{\"query\":\"0-0\"}").status())
        .isEqualTo(200);
    var other = folder.resolve("other");
    Tokens.create(other, "bob", Role.ADMIN, Optional.empty());
    Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(signedIn.get("/api/v1/jobs").problem()).isEqualTo("not-signed-in");
  }

  @Test
  void anotherPageAndAnotherNameAreTurnedAway() throws Exception {
    var port = scene.console().url().getPort();
    assertThat(raw("GET /api/v1/jobs HTTP/1.1\r\nX-Ignored: 1").startsWith("HTTP/1.1 200"))
        .isTrue();
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      var text = "GET /api/v1/jobs HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(text.getBytes(UTF_8));
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 421");
    }
    var foreign = new Http(scene).withCsrf().with("Origin", "https://evil.example");
    assertThat(foreign.post("/api/v1/dead/cities/undo", "{\"query\":\"0-0\"}").problem())
        .isEqualTo("foreign-origin");
    assertThat(new Http(scene).post("/api/v1/dead/cities/undo", "{\"query\":\"0-0\"}").problem())
        .isEqualTo("csrf");
  }

  @Test
  void everyAnswerIsProtected() throws Exception {
    for (var path : new String[] {"/", "/api/v1/jobs", "/nothing", "/main.js"}) {
      var answer = new Http(scene).get(path);
      assertThat(answer.header("Content-Security-Policy"))
          .as(path)
          .contains("default-src 'self'")
          .contains("frame-ancestors 'none'")
          .doesNotContain("unsafe");
      assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }
  }

  @Test
  void thePageIsItsFilesAndThoseWriteNoMarkup() throws Exception {
    for (var name : PageFiles.FILES) {
      var text = new Http(scene).get("/" + name).response().body();
      assertThat(text)
          .as(name)
          .doesNotContain("innerHTML")
          .doesNotContain("insertAdjacentHTML")
          .doesNotContain("document.write")
          .doesNotContain("eval(")
          .doesNotContain("http-equiv");
    }
    try (var files = Files.list(Path.of("src/main/resources/dev/phaseline/ops/console/page"))) {
      assertThat(files.map(file -> file.getFileName().toString()).toList())
          .containsExactlyInAnyOrderElementsOf(PageFiles.FILES);
    }
  }
}
