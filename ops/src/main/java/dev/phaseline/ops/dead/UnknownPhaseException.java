package dev.phaseline.ops.dead;

import java.util.List;

/// A letter should go to a phase that the pipeline does not have. The message is one line.
public final class UnknownPhaseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String phase;
  private final transient List<String> known;

  UnknownPhaseException(String pipeline, String phase, List<String> known) {
    super("pipeline '" + pipeline + "' has no phase '" + phase + "'");
    this.phase = phase;
    this.known = List.copyOf(known);
  }

  /// The phase that was asked for.
  public String phase() {
    return phase;
  }

  /// The phases that there are.
  public List<String> known() {
    return known == null ? List.of() : known;
  }
}
