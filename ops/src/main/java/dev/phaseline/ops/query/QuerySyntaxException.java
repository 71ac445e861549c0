package dev.phaseline.ops.query;

import java.util.List;

/// A query that can't be understood, and where. The message is one line; [#pointer()] is two more,
/// the query and a caret under the place.
public final class QuerySyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String query;
  private final int position;
  private final String unknown;
  private final transient List<String> known;

  QuerySyntaxException(String message, String query, int position) {
    this(message, query, position, "", List.of());
  }

  /// @param unknown the word that is not known
  /// @param known what could stand there
  QuerySyntaxException(
      String message, String query, int position, String unknown, List<String> known) {
    super(message);
    this.query = query;
    this.position = position;
    this.unknown = unknown;
    this.known = List.copyOf(known);
  }

  /// The position in the query, in characters from 0.
  public int position() {
    return position;
  }

  /// The word that is not known, when that is what is wrong; empty otherwise.
  public String unknown() {
    return unknown;
  }

  /// Valid alternatives; empty when any text is valid.
  public List<String> known() {
    return known == null ? List.of() : known;
  }

  /// The query, and under it a caret that points at the place. Control characters are shown as
  /// blanks.
  public String pointer() {
    var shown = query.replaceAll("\\p{Cntrl}", " ");
    return "  " + shown + System.lineSeparator() + "  " + " ".repeat(position) + "^";
  }
}
