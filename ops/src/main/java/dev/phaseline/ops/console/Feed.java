package dev.phaseline.ops.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Server-sent events: each topic's latest state to everybody who listens. Who is slow gets fewer
/// states, never old ones, and holds nobody up. At most 200 listen. Thread-safe.
final class Feed implements AutoCloseable {
  static final int LISTENERS_MAX = 200;
  private static final Duration BEAT = Duration.ofSeconds(5);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final String boot = UUID.randomUUID().toString();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, State> states = new LinkedHashMap<>();
  private final Semaphore places = new Semaphore(LISTENERS_MAX);
  private long version;
  private boolean closed;

  private record State(long version, String json) {}

  /// A new state of a topic. Nothing is sent when it is as before.
  void publish(String topic, Object body) {
    String json;
    try {
      json = JSON.writeValueAsString(body);
    } catch (JsonProcessingException ours) {
      throw new IllegalStateException("a state that is no JSON", ours);
    }
    lock.lock();
    try {
      var last = states.get(topic);
      if (last != null && last.json().equals(json)) return;
      states.put(topic, new State(++version, json));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// How many states there have been.
  long version() {
    lock.lock();
    try {
      return version;
    } finally {
      lock.unlock();
    }
  }

  /// Sends events until either side goes.
  ///
  /// @throws Problem when too many listen
  void serve(HttpExchange exchange) throws IOException {
    if (!places.tryAcquire()) {
      throw Problem.unavailable(
          "too-many-listeners",
          LISTENERS_MAX + " pages listen already",
          "close some; this page goes on by asking");
    }
    try {
      var headers = exchange.getResponseHeaders();
      headers.set("Content-Type", "text/event-stream");
      headers.set("Cache-Control", "no-store");
      exchange.sendResponseHeaders(200, 0);
      stream(exchange);
    } catch (IOException gone) {
      // the usual end: somebody closed the page
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } finally {
      places.release();
    }
  }

  private void stream(HttpExchange exchange) throws IOException, InterruptedException {
    var out = exchange.getResponseBody();
    out.write(event("hello", "{\"boot\":\"" + boot + "\"}"));
    out.flush();
    var sent = new HashMap<String, Long>();
    while (true) {
      var text = next(sent);
      if (text == null) return;
      out.write(text.getBytes(UTF_8));
      out.flush();
    }
  }

  /// What is new, or a comment when nothing is for a while; null when the server stops.
  private @org.jspecify.annotations.Nullable String next(Map<String, Long> sent)
      throws InterruptedException {
    lock.lock();
    try {
      var left = BEAT.toNanos();
      while (true) {
        if (closed) return null;
        var news = new StringBuilder();
        states.forEach(
            (topic, state) -> {
              if (sent.getOrDefault(topic, 0L) >= state.version()) return;
              sent.put(topic, state.version());
              news.append("event: ").append(topic).append('\n');
              news.append("data: ").append(state.json()).append("\n\n");
            });
        if (!news.isEmpty()) return news.toString();
        if (left <= 0) return "event: beat\ndata: {}\n\n";
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private static byte[] event(String name, String json) {
    return ("event: " + name + "\ndata: " + json + "\n\n").getBytes(UTF_8);
  }

  /// Lets all listeners go.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until all have gone, but not for ever.
  boolean awaitEmpty(Duration atMost) throws InterruptedException {
    if (!places.tryAcquire(LISTENERS_MAX, atMost.toMillis(), TimeUnit.MILLISECONDS)) return false;
    places.release(LISTENERS_MAX);
    return true;
  }
}
