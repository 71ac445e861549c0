package dev.phaseline.bench.contender;

import org.jspecify.annotations.Nullable;

/// One line that a contender's process reads: what to do.
///
/// @param verb what
/// @param course with what; only [Verb#PREPARE] and [Verb#START] have one
/// @param items how many are to be prepared, or are there to be looked up
public record Request(Verb verb, @Nullable Course course, int items) {

  /// The requests to a contender.
  public enum Verb {
    /// Put the items where they wait, for contenders that have a queue of their own.
    PREPARE,
    /// Begin to work.
    START,
    /// Stop in order.
    STOP,
    /// Say how it goes.
    REPORT,
    /// Look things up, and say how long it took.
    LOOK,
    /// Collect garbage, then say how it goes.
    MEMORY
  }

  /// A request without a course.
  public static Request of(Verb verb) {
    return new Request(verb, null, 0);
  }
}
