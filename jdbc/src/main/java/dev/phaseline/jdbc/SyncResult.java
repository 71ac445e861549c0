package dev.phaseline.jdbc;

/// Result of one change of a synchronized table.
public enum SyncResult {
  /// The row was not there, and is now.
  INSERTED,
  /// The row was there with other values and a lower revision, and has these now.
  UPDATED,
  /// The row was there and is gone now.
  DELETED,
  /// Nothing of the content was to be changed. The row's revision, or that of its deletion, is this
  /// one now if it was lower.
  UNCHANGED,
  /// A change with a higher revision came before this one. Nothing is changed.
  STALE,
  /// A change with the same revision and another content came before this one: the source has given
  /// a revision twice. Nothing is changed; somebody has to look at the source.
  CONFLICT
}
