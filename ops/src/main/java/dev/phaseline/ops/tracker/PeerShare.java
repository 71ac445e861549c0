package dev.phaseline.ops.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.ops.accounting.CompactFormat;
import dev.phaseline.ops.tracker.JobKeys.Listed;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

/// Share of a tracker in another process, over HTTP. Thread-safe.
///
/// @param http stays the caller's to close
/// @param host where
/// @param partitions what it is asked about
record PeerShare(HttpClient http, HostInfo host, Set<Integer> partitions) implements TrackerShare {
  private static final Duration WAIT_MAX = Duration.ofSeconds(5);

  @Override
  public List<Stored> jobs(String id) {
    return ask(question("jobs").text(id), PeerWire::jobs);
  }

  @Override
  public Found search(JobQuery query, @Nullable Listed after, int limit) {
    var out = question("search");
    PeerWire.write(out, query);
    PeerWire.write(out, after);
    return ask(out.number(limit), PeerWire::found);
  }

  @Override
  public @Nullable StoredItem item(Listed job, String path) {
    var out = question("item");
    PeerWire.write(out, job);
    var found = ask(out.text(path), PeerWire::items);
    return found.isEmpty() ? null : found.getFirst();
  }

  @Override
  public List<StoredItem> items(Listed job, String from, int limit) {
    var out = question("items");
    PeerWire.write(out, job);
    return ask(out.text(from).number(limit), PeerWire::items);
  }

  @Override
  public List<PhaseCount> phases() {
    return ask(question("phases"), PeerWire::phases);
  }

  private CompactFormat.Out question(String verb) {
    var out = new CompactFormat.Out().number(PeerWire.VERSION).number(partitions.size());
    for (var partition : partitions) out.number(partition);
    return out.text(verb);
  }

  private <T> T ask(CompactFormat.Out question, Function<CompactFormat.In, T> read) {
    var request =
        HttpRequest.newBuilder(
                URI.create("http://" + host.host() + ':' + host.port() + PeerServer.PATH))
            .timeout(WAIT_MAX)
            .POST(HttpRequest.BodyPublishers.ofByteArray(question.take()))
            .build();
    HttpResponse<byte[]> response;
    try {
      response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException away) {
      throw unavailable("does not answer (" + away + ")", away);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw unavailable("was not asked: interrupted", stop);
    }
    return read(response, read);
  }

  private <T> T read(HttpResponse<byte[]> response, Function<CompactFormat.In, T> read) {
    var in = new CompactFormat.In(response.body());
    try {
      if (response.statusCode() == PeerServer.OK) return read.apply(in);
      if (response.statusCode() == PeerServer.RESTORING) {
        throw new RestoringException(new TrackerState.Restoring(in.number(), in.number()));
      }
    } catch (IllegalArgumentException
        | IllegalStateException
        | ArithmeticException
        | IndexOutOfBoundsException broken) {
      throw unavailable("gave an answer that can't be read; is it of another version?", broken);
    }
    throw unavailable("says: " + new String(response.body(), UTF_8), null);
  }

  private UnavailableException unavailable(String why, @Nullable Throwable cause) {
    return new UnavailableException(
        "the tracker at "
            + host.host()
            + ':'
            + host.port()
            + ", which has a part of the answer, "
            + why,
        cause);
  }
}
