package dev.phaseline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `phaseline dev` as a user starts it: a process of its own.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class DevTest {
  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void oneLineSaysThatAllIsThereAndSigtermEndsIt() throws Exception {
    var process = start();
    try {
      var line =
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)).readLine();
      assertThat(line)
          .as(() -> errors())
          .isNotNull()
          .matches("console http\\S+  broker \\S+  registry \\S+");
      var url = URI.create(line.split(" ", -1)[1]);
      assertThat(get(url.resolve("/")).body()).contains("Phaseline");
      var end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (json(url.resolve("/api/v1/workers")).path("workers").isEmpty()) {
        assertThat(System.nanoTime()).as("the worker reports").isLessThan(end);
        Thread.sleep(200);
      }
      assertThat(json(url.resolve("/api/v1/overview")).path("pipelines").findValuesAsText("name"))
          .contains("cities", "hello");
      assertThat(json(url.resolve("/api/v1/dead/cities/letters")).path("total").asInt()).isZero();
      pauseAndResume(url);
    } finally {
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
    }
    assertThat(process.exitValue()).isIn(130, 143);
  }

  private void pauseAndResume(URI url) throws Exception {
    var csrf = json(url.resolve("/api/v1/session")).path("csrf").asText();
    var body = "{\"pipeline\":\"cities\",\"phase\":\"store\",\"reason\":\"a test\"}";
    for (var verb : List.of("pause", "resume")) {
      var request =
          HttpRequest.newBuilder(url.resolve("/api/v1/control/" + verb))
              .header("Content-Type", "application/json")
              .header("X-Phaseline-Csrf", csrf)
              .POST(HttpRequest.BodyPublishers.ofString(body));
      assertThat(http.send(request.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
    assertThat(json(url.resolve("/api/v1/audit")).path("commands").size()).isEqualTo(2);
  }

  private Process start() throws IOException {
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx700m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "dev",
            "--port=0",
            "--registry-port=0",
            "--console-port=0",
            "--partitions=1",
            "--data=" + folder);
    return new ProcessBuilder(command).redirectError(folder.resolve("errors.txt").toFile()).start();
  }

  private String errors() {
    try {
      return Files.readString(folder.resolve("errors.txt"));
    } catch (IOException none) {
      return "it said nothing";
    }
  }

  private java.net.http.HttpResponse<String> get(URI uri) throws Exception {
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  private JsonNode json(URI uri) throws Exception {
    return JsonMapper.builder().build().readTree(get(uri).body());
  }
}
