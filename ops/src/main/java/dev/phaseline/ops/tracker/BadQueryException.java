package dev.phaseline.ops.tracker;

import java.util.List;

/// A query that can't be understood, and where.
public final class BadQueryException extends StatusException {
  private static final long serialVersionUID = 1L;
  private final int position;
  private final String unknown;
  private final transient List<String> known;

  BadQueryException(String message, int position) {
    this(message, position, "", List.of());
  }

  /// @param unknown the word that is not known
  /// @param known what could stand there
  BadQueryException(String message, int position, String unknown, List<String> known) {
    super(message, null);
    this.position = position;
    this.unknown = unknown;
    this.known = List.copyOf(known);
  }

  /// Where in the query's text, in characters from 0.
  public int position() {
    return position;
  }

  /// The word that is not known, when that is what is wrong; empty otherwise.
  public String unknown() {
    return unknown;
  }

  /// What could stand in its place; empty when anything could.
  public List<String> known() {
    return known == null ? List.of() : known;
  }
}
