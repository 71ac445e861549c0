package dev.phaseline.ops.control;

import java.util.List;

/// A command is about something that there isn't. Nothing was done. The message is one line,
/// without what there is; [#known()] is for a "did you mean".
public final class UnknownTargetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final transient List<String> known;

  UnknownTargetException(String message, String name, List<String> known) {
    super(message);
    this.name = name;
    this.known = List.copyOf(known);
  }

  /// What was asked for.
  public String name() {
    return name;
  }

  /// What there is instead.
  public List<String> known() {
    return known == null ? List.of() : known;
  }
}
