package dev.phaseline.ops.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The stream of events, as a page hears it.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class EventStreamsTest {

  @Test
  void aListenerHearsTheBootTheStateAndItsChangesUntilTheServerGoes() throws Exception {
    try (var scene = new Scene();
        var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create(scene.url("/api/v1/events"))).build();
      var answer = client.send(request, BodyHandlers.ofInputStream());
      assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/event-stream");
      try (var lines =
          new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
        var events = new ArrayList<String>();
        while (events.stream().filter("event: overview"::equals).count() < 2) {
          var line = lines.readLine();
          if (line.startsWith("event: ")) events.add(line);
        }
        assertThat(events.getFirst()).isEqualTo("event: hello");
        scene.stop();
        readToTheEnd(lines);
      }
    }
  }

  /// A server that goes ends its answer, or cuts it off when it has no time for that: both are an
  /// end.
  private static void readToTheEnd(BufferedReader lines) {
    try {
      var line = lines.readLine();
      while (line != null) line = lines.readLine();
    } catch (IOException cutOff) {
      assertThat(cutOff).hasMessage("closed");
    }
  }

  @Test
  void whatHasNotChangedIsNotSaidAgain() {
    try (var feed = new EventStreams()) {
      feed.publish("overview", java.util.Map.of("a", 1));
      feed.publish("overview", java.util.Map.of("a", 1));
      assertThat(feed.version()).isEqualTo(1);
      feed.publish("overview", java.util.Map.of("a", 2));
      assertThat(feed.version()).isEqualTo(2);
    }
  }
}
