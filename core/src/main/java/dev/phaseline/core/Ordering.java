package dev.phaseline.core;

/// Guarantee of a phase about the order in which handlers start.
public enum Ordering {
  /// Items of one key never overlap and start in offset order; other keys run in parallel. Items
  /// without a key are not ordered.
  KEY,
  /// No order.
  UNORDERED,
  /// Items of one partition run one at a time, in offset order.
  PARTITION
}
