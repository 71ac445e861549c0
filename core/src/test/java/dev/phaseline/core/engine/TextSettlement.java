package dev.phaseline.core.engine;

/// A settlement whose output is a text.
///
/// @param text what is published
/// @param records how many records that is
/// @param bytes how many bytes
/// @param dead whether it is a dead letter
record TextSettlement(String text, int records, long bytes, boolean dead) implements Settlement {

  TextSettlement(String text, int records, long bytes) {
    this(text, records, bytes, false);
  }

  static String of(Settlement settlement) {
    return ((TextSettlement) settlement).text;
  }
}
