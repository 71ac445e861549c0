package dev.phaseline.core.run;

/// A codec or a key function that can't do without something that is down. Never leaves the
/// program.
final class DependencyAway extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DependencyAway(String reason) {
    super(reason, null, false, false);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
