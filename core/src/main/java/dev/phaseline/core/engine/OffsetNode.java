package dev.phaseline.core.engine;

import org.jspecify.annotations.Nullable;

/// A node of a partition's list of incomplete offsets. The links are in the items themselves, so
/// that the list costs no object for each; its ledger knows no more of an item than this. Owned by
/// the lane.
///
/// @param <N> the items
abstract class OffsetNode<N extends OffsetNode<N>> {
  private final long offset;
  @Nullable N before;
  @Nullable N after;

  OffsetNode(long offset) {
    this.offset = offset;
  }

  /// The record's offset.
  final long offset() {
    return offset;
  }

  /// Whether the commit at hand completes it, of which there is one at most.
  abstract boolean isInCommit();

  /// Whether it will not be run any more.
  abstract boolean isSettled();
}
