package dev.phaseline.ops.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

/// Who is answered by a tracker's server.
final class PeerServerTest {

  @Test
  void otherTrackersAreAnsweredAndPagesOfABrowserAreNot() throws Exception {
    try (var server = PeerServer.open(new TrackerConfig.Listen("127.0.0.1", 0));
        var client = HttpClient.newHttpClient()) {
      var question =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + PeerServer.PATH))
              .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[] {1}));
      assertThat(client.send(question.build(), BodyHandlers.discarding()).statusCode())
          .isEqualTo(PeerServer.RESTORING);
      question.header("Origin", "http://evil.example");
      assertThat(client.send(question.build(), BodyHandlers.discarding()).statusCode())
          .isEqualTo(403);
      var get = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/"));
      assertThat(client.send(get.build(), BodyHandlers.discarding()).statusCode()).isEqualTo(404);
    }
  }
}
