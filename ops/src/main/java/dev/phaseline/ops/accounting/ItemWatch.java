package dev.phaseline.ops.accounting;

/// Listener for where items are, for the counts of phases. Called on the thread that changes the
/// item.
public interface ItemWatch {
  /// An item has got to a record.
  void came(ItemPlace place, long enteredMs);

  /// An item is no longer at a record.
  void went(ItemPlace place, long enteredMs);

  /// Both times of a record are known.
  void stayed(ItemPlace place, long enteredMs, long leftMs);

  /// The number of letters that are queued for a redrive has changed.
  ///
  /// @param more by how many
  /// @param atMs when that was decided or done; 0: it was not
  void queued(ItemPlace place, int more, long atMs);
}
