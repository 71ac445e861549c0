package dev.phaseline.ops.audit;

import java.util.Arrays;

/// The records of one partition in the order of their offsets, 28 bytes each: whose they are, and
/// what became of them. For one thread.
final class RecordTable {
  private long[] offsets = new long[256];
  private long[] items = new long[256];
  private int[] steps = new int[256];
  private int[] children = new int[256];
  private int[] notes = new int[256];
  private int size;

  /// Adds a record; offsets must ascend.
  void add(long offset, long item) {
    if (size == offsets.length) grow();
    offsets[size] = offset;
    items[size] = item;
    size++;
  }

  int size() {
    return size;
  }

  /// The record's index, or a negative number.
  int find(long offset) {
    return Arrays.binarySearch(offsets, 0, size, offset);
  }

  long offset(int index) {
    return offsets[index];
  }

  /// The item's hash; 0: the record's headers could not be read.
  long item(int index) {
    return items[index];
  }

  /// Number of records that continue the item from here: 1 once it is handled, unless it fanned
  /// out.
  int steps(int index) {
    return steps[index];
  }

  void addStep(int index) {
    steps[index]++;
  }

  /// Number of children that were made of it.
  int children(int index) {
    return children[index];
  }

  void addChild(int index) {
    children[index]++;
  }

  /// On a phase's record, how many children it should have; on a dead letter, its reason's number.
  int note(int index) {
    return notes[index];
  }

  void note(int index, int note) {
    notes[index] = note;
  }

  private void grow() {
    var larger = Math.multiplyExact(size, 2);
    offsets = Arrays.copyOf(offsets, larger);
    items = Arrays.copyOf(items, larger);
    steps = Arrays.copyOf(steps, larger);
    children = Arrays.copyOf(children, larger);
    notes = Arrays.copyOf(notes, larger);
  }
}
