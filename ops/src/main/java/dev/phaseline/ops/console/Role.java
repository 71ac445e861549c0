package dev.phaseline.ops.console;

import java.util.Locale;
import java.util.Optional;

/// Role of a user: the set of permitted actions. Each role may do all that the ones before it may.
public enum Role {
  /// Looks, but sees no payload.
  VIEWER,
  /// Reveals payloads, decides about dead letters, cancels jobs, pauses and resumes phases.
  OPERATOR,
  /// Also what touches more than a phase: whole pipelines, servers, concurrency.
  ADMIN;

  /// As it is typed and shown.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Reads what [#text()] writes; empty when it is something else.
  public static Optional<Role> parse(String text) {
    for (var role : values()) if (role.text().equals(text)) return Optional.of(role);
    return Optional.empty();
  }

  /// Whether this role may do what asks for that one.
  boolean includes(Role needed) {
    return compareTo(needed) >= 0;
  }
}
