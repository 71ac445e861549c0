package dev.phaseline.ops.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.phaseline.http.HttpCall;
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
import org.jspecify.annotations.Nullable;

/// Server-sent events: each topic's latest state for all listeners whose token and session are
/// valid. A slow listener gets fewer states, never old ones, and delays no other; one that reads
/// nothing for long is disconnected. At most 200 listeners, 20 with one token. Thread-safe.
final class EventStreams implements AutoCloseable {
  static final int LISTENERS_MAX = 200;
  static final int LISTENERS_OF_ONE_MAX = 20;
  private static final Duration BEAT = Duration.ofSeconds(5);

  /// The longest that a stream goes on after its token was taken out or its session has ended.
  private static final Duration CHECK = Duration.ofSeconds(1);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final String boot = UUID.randomUUID().toString();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, State> states = new LinkedHashMap<>();
  private final Map<String, Integer> listening = new HashMap<>();
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

  /// Number of states so far.
  long version() {
    lock.lock();
    try {
      return version;
    } finally {
      lock.unlock();
    }
  }

  /// Sends events until either side goes, or the admission ends.
  ///
  /// @throws Problem when too many listen
  void serve(HttpCall http, Admission admission) throws IOException {
    enter(admission.holder());
    try {
      http.set("Content-Type", "text/event-stream");
      http.set("Cache-Control", "no-store, no-transform");
      // nginx would hold events back until its buffer is full
      http.set("X-Accel-Buffering", "no");
      http.open(200);
      if (!http.method().equals("HEAD")) stream(http, admission);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } finally {
      leave(admission.holder());
    }
  }

  private void enter(String holder) {
    if (!places.tryAcquire()) {
      throw Problem.unavailable(
          "too-many-listeners",
          LISTENERS_MAX + " pages listen already",
          "close some; this page goes on by asking");
    }
    lock.lock();
    try {
      var now = listening.merge(holder, 1, Integer::sum);
      if (holder.isEmpty() || now <= LISTENERS_OF_ONE_MAX) return;
    } finally {
      lock.unlock();
    }
    leave(holder);
    throw Problem.unavailable(
        "too-many-listeners",
        LISTENERS_OF_ONE_MAX + " pages listen already with this token",
        "close some, or give each user a token; this page goes on by asking");
  }

  private void leave(String holder) {
    lock.lock();
    try {
      listening.computeIfPresent(holder, (_, count) -> count == 1 ? null : count - 1);
    } finally {
      lock.unlock();
    }
    places.release();
  }

  private void stream(HttpCall http, Admission admission) throws IOException, InterruptedException {
    http.push(event("hello", "{\"boot\":\"" + boot + "\"}"));
    var sent = new HashMap<String, Long>();
    var quiet = Duration.ZERO;
    while (true) {
      var news = next(sent);
      if (news == null) return;
      if (!admission.holds().getAsBoolean()) {
        http.push(event("signed-out", "{}"));
        return;
      }
      quiet = news.isEmpty() ? quiet.plus(CHECK) : Duration.ZERO;
      if (quiet.compareTo(BEAT) >= 0) {
        quiet = Duration.ZERO;
        http.push(event("beat", "{}"));
      } else if (!news.isEmpty()) {
        http.push(news.getBytes(UTF_8));
      }
    }
  }

  /// The next news, empty when nothing is for a while; null when the server stops.
  private @Nullable String next(Map<String, Long> sent) throws InterruptedException {
    lock.lock();
    try {
      var left = CHECK.toNanos();
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
        if (!news.isEmpty() || left <= 0) return news.toString();
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
