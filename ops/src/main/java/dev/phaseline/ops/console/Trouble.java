package dev.phaseline.ops.console;

/// Condition that needs an operator's attention.
///
/// @param severity how soon
/// @param title what it is, in one line
/// @param remedy what to do about it
/// @param link the part of the page where that is done; empty when it is not done there
record Trouble(Severity severity, String title, String remedy, String link) {

  /// The urgency; the worst first.
  enum Severity {
    /// Work stands still, or what is shown may be old.
    BAD,
    /// Work goes on, but something was left behind.
    WARN,
    /// Somebody wanted it so.
    INFO
  }
}
