package dev.phaseline.bench.contender;

/// One way to move items through phases.
public interface Contender {

  /// Puts items where they wait. Most contenders find theirs in the input topic.
  default void prepare(Course course, int items) throws Exception {}

  /// Begins to work; returns when it has been told to, not when it has joined its group.
  Running start(Course course, Work work) throws Exception;
}
