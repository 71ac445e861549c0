package dev.phaseline.ops.console;

import java.time.Instant;
import java.util.List;

/// Audit sink: keeps each action of an operator, with its author. Thread-safe.
public interface AuditTrail {
  /// One thing that somebody did.
  ///
  /// @param at when
  /// @param who `name` of the token, or `user@host` of a command line
  /// @param where the address that it came from
  /// @param action what was done, `reveal`, `pause`, ...
  /// @param target to what
  /// @param detail more of it; may be empty
  record Note(Instant at, String who, String where, String action, String target, String detail) {}

  /// Keeps a note; when this returns, it is kept.
  ///
  /// @throws dev.phaseline.topics.ClusterException when it can't be kept; then what it tells of
  ///   must not happen
  void keep(Note note);

  /// The newest notes, the newest first.
  List<Note> newest(int limit);
}
