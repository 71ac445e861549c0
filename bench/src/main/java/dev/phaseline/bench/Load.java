package dev.phaseline.bench;

/// The input: number, size and slowness of items.
///
/// @param items how many
/// @param bytes the size of a payload
/// @param waitMs how long a handler waits for each
/// @param stragglerMs how long the handler of item 0 waits instead; 0: like the others
/// @param servedAtOnce what handlers wait for serves so many of them at once; 0: all
record Load(int items, int bytes, int waitMs, int stragglerMs, int servedAtOnce) {
  /// So many keys that several hundred handlers seldom meet one twice, so few that they do.
  static final int KEYS = 10_000;

  static final int BYTES_DEFAULT = 200;

  static Load of(int items) {
    return new Load(items, BYTES_DEFAULT, 0, 0, 0);
  }

  Load withWaitMs(int ms) {
    return new Load(items, bytes, ms, stragglerMs, servedAtOnce);
  }

  Load withBytes(int size) {
    return new Load(items, size, waitMs, stragglerMs, servedAtOnce);
  }

  Load withStragglerMs(int ms) {
    return new Load(items, bytes, waitMs, ms, servedAtOnce);
  }

  Load withServedAtOnce(int count) {
    return new Load(items, bytes, waitMs, stragglerMs, count);
  }

  int waitMs(long id) {
    return id == 0 && stragglerMs > 0 ? stragglerMs : waitMs;
  }

  /// An item's key, spread as if by chance, the same in every run. A straggler has one for itself:
  /// items of its own key would have to wait for it.
  String key(long id) {
    if (id == 0 && stragglerMs > 0) return "straggler";
    var mixed = (id + 1) * 0x9E3779B97F4A7C15L;
    mixed ^= mixed >>> 32;
    return "key-" + Long.remainderUnsigned(mixed * 0xD6E8FEB86659FD93L, KEYS);
  }
}
