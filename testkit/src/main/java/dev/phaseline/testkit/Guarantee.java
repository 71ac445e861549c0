package dev.phaseline.testkit;

import java.util.List;

/// A promise as an object: it judges what was seen. Without state, thread-safe.
///
/// ```java
/// Guarantees.verify(events); // all of them
/// Guarantees.orderByKey().verify(events); // one
/// ```
public interface Guarantee {
  /// The name in reports.
  String name();

  /// Everything in these events that breaks it, each in words; empty when it holds.
  ///
  /// @param events all that was seen, in order
  List<String> violations(List<Event> events);

  /// Judges these events.
  ///
  /// @throws AssertionError naming the guarantee and what broke it
  default void verify(List<Event> events) {
    var found = violations(events);
    if (found.isEmpty()) return;
    throw new AssertionError(
        name() + " does not hold, " + found.size() + " times; first: " + found.getFirst());
  }
}
