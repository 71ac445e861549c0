package dev.phaseline.testkit.sim;

/// An invariant doesn't hold. Thrown through the engine, which must let it pass.
final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final int CHARS_MAX = 600; // a progress can be long

  private final String invariant;

  Violation(String invariant, String message) {
    super(message.length() > CHARS_MAX ? message.substring(0, CHARS_MAX) + "..." : message);
    this.invariant = invariant;
  }

  /// The name of the broken guarantee.
  String invariant() {
    return invariant;
  }
}
