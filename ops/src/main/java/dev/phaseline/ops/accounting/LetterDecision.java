package dev.phaseline.ops.accounting;

/// Decision about a dead letter.
public enum LetterDecision {
  /// None yet: it calls for one.
  OPEN(0),
  /// An operator discarded it.
  DISCARDED(1),
  /// A redrive will send it.
  QUEUED(2),
  /// Its topic is gone, so none can be made any more.
  GONE(3);

  private static final LetterDecision[] ALL = values();

  private final int code;

  LetterDecision(int code) {
    this.code = code;
  }

  /// The number that is stored.
  public int code() {
    return code;
  }

  /// The decision of this code.
  ///
  /// @throws IllegalArgumentException when there is none
  public static LetterDecision of(int code) {
    for (var one : ALL) if (one.code == code) return one;
    throw new IllegalArgumentException("no decision: " + code);
  }
}
