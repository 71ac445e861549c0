package dev.phaseline.bench;

/// A goal and the figure of this run. A goal that isn't met is news, not an error.
///
/// @param what the figure, in words
/// @param sense on which side of the bound it should be
/// @param bound the bound
/// @param value what was measured
record Goal(String what, Sense sense, double bound, double value) {

  /// The good side of a bound.
  enum Sense {
    AT_LEAST,
    AT_MOST
  }

  static Goal atLeast(String what, double bound, double value) {
    return new Goal(what, Sense.AT_LEAST, bound, value);
  }

  static Goal atMost(String what, double bound, double value) {
    return new Goal(what, Sense.AT_MOST, bound, value);
  }

  boolean met() {
    return switch (sense) {
      case AT_LEAST -> value >= bound;
      case AT_MOST -> value <= bound;
    };
  }
}
