package dev.phaseline.bench.contender;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/// The payload that every contender carries from the input to the sink, byte for byte: which item
/// it is, when it was due, how long its handler waits and for what, and filler.
///
/// The filler is random, so that nobody's compression or deduplication can shine on it.
public final class Item {
  /// The least size of a payload, in bytes.
  public static final int BYTES_MIN = 24;

  private static final int DUE = 8;
  private static final int WAIT = 16;
  private static final int SERVED = 20;
  private static final byte[] FILLER = filler(1 << 20);

  private Item() {}

  /// A payload.
  ///
  /// @param id from 0
  /// @param dueNanos on the clock of whoever measures; 0 when nobody does
  /// @param waitMs how long the handler waits
  /// @param size in bytes, at least [#BYTES_MIN]
  public static byte[] encode(long id, long dueNanos, int waitMs, int size) {
    return encode(id, dueNanos, waitMs, 0, size);
  }

  /// A payload.
  ///
  /// @param id from 0
  /// @param dueNanos on the clock of whoever measures; 0 when nobody does
  /// @param waitMs how long the handler waits
  /// @param servedAtOnce what it waits for serves so many at once, the others stand in line; 0: all
  /// @param size in bytes, at least [#BYTES_MIN]
  public static byte[] encode(long id, long dueNanos, int waitMs, int servedAtOnce, int size) {
    if (size < BYTES_MIN || size > FILLER.length) {
      throw new IllegalArgumentException(
          "payload size is not in " + BYTES_MIN + ".." + FILLER.length + ": " + size);
    }
    var bytes = new byte[size];
    var from = (int) Math.floorMod(id * 31, (long) FILLER.length - size + 1);
    System.arraycopy(FILLER, from, bytes, 0, size);
    ByteBuffer.wrap(bytes).putLong(id).putLong(dueNanos).putInt(waitMs).putInt(servedAtOnce);
    return bytes;
  }

  /// The number of this item.
  public static long id(byte[] payload) {
    return ByteBuffer.wrap(payload).getLong(0);
  }

  /// The time at which it was due.
  public static long dueNanos(byte[] payload) {
    return ByteBuffer.wrap(payload).getLong(DUE);
  }

  /// The time that its handler waits.
  public static int waitMs(byte[] payload) {
    return ByteBuffer.wrap(payload).getInt(WAIT);
  }

  /// The number of calls that the handler's dependency serves at once; 0: all.
  public static int servedAtOnce(byte[] payload) {
    return ByteBuffer.wrap(payload).getInt(SERVED);
  }

  private static byte[] filler(int size) {
    var bytes = new byte[size];
    new SplittableRandom(1).nextBytes(bytes);
    return bytes;
  }
}
