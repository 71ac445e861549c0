package dev.phaseline.ops.audit;

/// A set of longs, 8 bytes each over a load of at most two thirds. For one thread.
final class LongSet {
  private long[] slots = new long[1024];
  private int size;
  private boolean hasZero;

  /// Adds; false when it was there.
  boolean add(long value) {
    if (value == 0) { // marks free slots
      var added = !hasZero;
      hasZero = true;
      return added;
    }
    if (size >= slots.length / 3 * 2) grow();
    var slot = slotOf(slots, value);
    if (slots[slot] == value) return false;
    slots[slot] = value;
    size++;
    return true;
  }

  long size() {
    return hasZero ? size + 1L : size;
  }

  private void grow() {
    var larger = new long[Math.multiplyExact(slots.length, 2)];
    for (var value : slots) {
      if (value != 0) larger[slotOf(larger, value)] = value;
    }
    slots = larger;
  }

  /// The slot of a value, present or not. The values are hashes, so their low bits do as they are.
  private static int slotOf(long[] slots, long value) {
    var mask = slots.length - 1;
    var slot = (int) value & mask;
    while (slots[slot] != 0 && slots[slot] != value) slot = (slot + 1) & mask;
    return slot;
  }
}
