package dev.phaseline.outbox;

import dev.phaseline.schemas.Clipped;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Topics whose rows wait while all others go on, each tried again after a while. A topic is held
/// whole, because its rows have an order. For the relay's thread.
final class HeldTopics {
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final int NAMED_MAX = 3;

  private record Hold(String reason, long untilNanos) {}

  private final Map<String, Hold> holds = new HashMap<>();
  private final Map<String, String> reasons = new TreeMap<>();

  void hold(String topic, String reason, long nowNanos) {
    holds.put(topic, new Hold(reason, nowNanos + PAUSE.toNanos()));
    reasons.put(topic, reason);
  }

  /// Lets those go whose pause is over, to be tried again. Their reasons stay until they succeed.
  void letGo(long nowNanos) {
    holds.values().removeIf(hold -> nowNanos - hold.untilNanos() >= 0);
  }

  /// Notes that rows of a topic were published.
  void succeeded(String topic) {
    if (!reasons.isEmpty() && !holds.containsKey(topic)) reasons.remove(topic);
  }

  /// Forgets the reasons of topics that are not held, since none of their rows waits.
  void idle() {
    reasons.keySet().retainAll(holds.keySet());
  }

  Collection<String> topics() {
    return holds.keySet();
  }

  Map<String, String> reasons() {
    return reasons;
  }

  /// The held topics and the reasons, on one line; empty when none is held.
  String condition() {
    var more = reasons.size() - NAMED_MAX;
    return reasons.entrySet().stream()
        .limit(NAMED_MAX)
        .map(held -> "topic " + Clipped.of(held.getKey()) + ": " + held.getValue())
        .collect(Collectors.joining("; ", "", more > 0 ? "; and " + more + " more" : ""));
  }
}
