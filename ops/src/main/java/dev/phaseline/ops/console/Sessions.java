package dev.phaseline.ops.console;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Sessions of signed-in users, in memory: a restart ends all of them. A session ends 12 hours
/// after it began, and with its token. At most 1,000; then the oldest ends. Thread-safe.
final class Sessions {
  static final Duration LIFE = Duration.ofHours(12);
  private static final int SESSIONS_MAX = 1_000;

  private final InstantSource clock;
  private final Map<String, Session> sessions = new LinkedHashMap<>();

  Sessions(InstantSource clock) {
    this.clock = clock;
  }

  /// One of them.
  ///
  /// @param id what the cookie carries
  /// @param csrf what the page must send with everything that changes something
  /// @param tokenHash of the token that it was begun with
  record Session(String id, String csrf, String tokenHash, Instant expires) {}

  synchronized Session begin(String tokenHash) {
    var session =
        new Session(Tokens.random(), Tokens.random(), tokenHash, clock.instant().plus(LIFE));
    sessions.put(session.id(), session);
    if (sessions.size() > SESSIONS_MAX) sessions.remove(sessions.keySet().iterator().next());
    return session;
  }

  synchronized Optional<Session> find(String id) {
    var session = sessions.get(id);
    if (session == null) return Optional.empty();
    if (clock.instant().isBefore(session.expires())) return Optional.of(session);
    sessions.remove(id);
    return Optional.empty();
  }

  synchronized void end(String id) {
    sessions.remove(id);
  }
}
