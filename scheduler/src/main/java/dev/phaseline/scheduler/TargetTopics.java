package dev.phaseline.scheduler;

/// Facts about the target topics of timers. Thread-safe.
interface TargetTopics {
  /// The topic is not there.
  int MISSING = -1;

  /// No broker answers.
  int UNKNOWN = -2;

  /// The most bytes that a record of the topic may have; or [#MISSING] or [#UNKNOWN]. May wait for
  /// the cluster for a few seconds, when the topic was not asked for before.
  int bytesMax(String topic);
}
