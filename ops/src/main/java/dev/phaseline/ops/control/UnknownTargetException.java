package dev.phaseline.ops.control;

import java.util.List;

/// Failure of a control command whose target does not exist. Nothing was done. The message is one
/// line, without what there is; [#known()] is for a "did you mean".
public final class UnknownTargetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final transient List<String> known;

  UnknownTargetException(String message, String name, List<String> known) {
    super(message);
    this.name = name;
    this.known = List.copyOf(known);
  }

  /// Name of the requested target.
  public String name() {
    return name;
  }

  /// Names of the existing targets.
  public List<String> known() {
    return known == null ? List.of() : known;
  }
}
