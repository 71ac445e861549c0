package dev.phaseline.ops.console;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/// The brake on wrong tokens: after five within a minute, further wrong ones of an address are not
/// answered as such until the oldest is a minute old. A right token is never held up, because many
/// users may share an address. Remembers 10,000 addresses. Thread-safe.
final class LoginLimit {
  static final int FAILURES_MAX = 5;
  static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int ADDRESSES_MAX = 10_000;

  private final InstantSource clock;
  private final Map<String, Deque<Instant>> failures = new LinkedHashMap<>();

  LoginLimit(InstantSource clock) {
    this.clock = clock;
  }

  /// A wrong token came.
  ///
  /// @throws Problem when the address must wait
  synchronized void failed(String address) {
    var recent = recent(address);
    if (recent.size() < FAILURES_MAX) {
      recent.addLast(clock.instant());
      if (failures.size() > ADDRESSES_MAX) failures.remove(failures.keySet().iterator().next());
      return;
    }
    var wait = Duration.between(clock.instant(), recent.getFirst().plus(WINDOW)).toSeconds() + 1;
    throw Problem.of(
            429,
            "too-many-attempts",
            "Too many wrong tokens",
            FAILURES_MAX + " wrong tokens came from " + address + " within a minute",
            "wait " + wait + " s, then try again with the right one")
        .with("retryAfterSeconds", wait);
  }

  private Deque<Instant> recent(String address) {
    var times = failures.computeIfAbsent(address, _ -> new ArrayDeque<>());
    var oldest = clock.instant().minus(WINDOW);
    while (!times.isEmpty() && times.getFirst().isBefore(oldest)) times.removeFirst();
    return times;
  }
}
