package dev.phaseline.core.engine;

import org.jspecify.annotations.Nullable;

/// An item whose record is a text.
///
/// @param partition where from
/// @param offset where from
/// @param text the record
/// @param key the ordering key
/// @param bytes what it weighs
record TextItem(int partition, long offset, String text, @Nullable Object key, int bytes)
    implements Item {

  /// One of which only the place matters.
  static TextItem at(int partition, long offset) {
    return new TextItem(partition, offset, "record", null, 1);
  }

  static String of(Item item) {
    return ((TextItem) item).text;
  }

  static String of(ItemHistory history) {
    return of(history.item());
  }

  static String of(Attempt attempt) {
    return of(attempt.slot().item());
  }

  @Override
  public String toString() {
    return text;
  }
}
