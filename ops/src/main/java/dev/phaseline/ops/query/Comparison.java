package dev.phaseline.ops.query;

/// The sign between a field and a value. Longer signs come first, because `!=` has `=` in it.
public enum Comparison {
  /// Not equal.
  IS_NOT("!="),
  /// Not containing, without regard to case.
  LACKS("!~"),
  /// Equal.
  IS("="),
  /// Contains, without regard to case.
  HAS("~");

  private final String text;

  Comparison(String text) {
    this.text = text;
  }

  /// As it is typed.
  public String text() {
    return text;
  }

  /// Whether the term holds where the value does not fit.
  public boolean isNegative() {
    return this == IS_NOT || this == LACKS;
  }

  /// Whether the value is compared with the whole text.
  public boolean isWhole() {
    return this == IS || this == IS_NOT;
  }
}
