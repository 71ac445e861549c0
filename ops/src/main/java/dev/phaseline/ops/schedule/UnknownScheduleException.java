package dev.phaseline.ops.schedule;

import java.util.List;

/// There is no schedule of that id; the message is one line without the remedy.
public final class UnknownScheduleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String id;
  private final transient List<String> known;

  UnknownScheduleException(String id, List<String> known) {
    super("there is no schedule '" + id + "'");
    this.id = id;
    this.known = List.copyOf(known);
  }

  /// The id that was asked for.
  public String id() {
    return id;
  }

  /// The ids that there are.
  public List<String> known() {
    return known;
  }
}
