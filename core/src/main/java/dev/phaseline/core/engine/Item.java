package dev.phaseline.core.engine;

import org.jspecify.annotations.Nullable;

/// A record as a source delivers it: what the engine needs to know of it to order, to bound and to
/// complete it. Sources have classes of their own for it, which carry the transport's record; the
/// engine hands the same object to handlers, dead letters and sinks.
///
/// Immutable, so that the lane and handlers' threads may read it at any time.
public interface Item {
  /// The number of its partition.
  int partition();

  /// Its offset in the partition.
  long offset();

  /// The ordering key, with equals and hashCode; null for none.
  @Nullable Object key();

  /// The bytes that it counts for in the lane's limits.
  int bytes();
}
