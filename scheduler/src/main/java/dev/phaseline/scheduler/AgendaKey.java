package dev.phaseline.scheduler;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.utils.Bytes;

/// A place on the agenda: bytes that sort by time, then by what is to be done, then by the order in
/// which it was asked for.
///
/// One byte that tells places from ids, eight of time, one of kind, eight of offset, the rest is
/// the timer's id. The id makes the place unique whatever the offsets are: those of a topic that
/// was deleted and made anew start again.
///
/// @param timeMs when, in milliseconds since 1970, never negative
/// @param kind what is to be done
/// @param offset of the record that asked for it
/// @param id the timer's id in UTF-8
@SuppressWarnings("ArrayRecordComponent") // compared as bytes
record AgendaKey(long timeMs, Kind kind, long offset, byte[] id) {
  private static final byte PLACE = 1;
  private static final byte ID = 2;
  private static final int FIXED_BYTES = 1 + Long.BYTES + 1 + Long.BYTES;

  /// Before all places.
  static final Bytes FIRST = Bytes.wrap(new byte[] {PLACE});

  /// Behind all places, and before all ids, none of which is empty.
  static final Bytes LAST = Bytes.wrap(new byte[] {ID});

  /// Kind of an entry. The order is the one on disk.
  enum Kind {
    /// Write the target record.
    FIRE(0),
    /// Forget that a timer fired.
    FORGET(1);

    private final byte code;

    Kind(int code) {
      this.code = (byte) code;
    }
  }

  Bytes toBytes() {
    return Bytes.wrap(
        ByteBuffer.allocate(FIXED_BYTES + id.length)
            .put(PLACE)
            .putLong(timeMs)
            .put(kind.code)
            .putLong(offset)
            .put(id)
            .array());
  }

  /// Whether a key of the store is a place, and not what is known of a timer.
  static boolean isPlace(byte[] key) {
    return key.length >= FIXED_BYTES && key[0] == PLACE;
  }

  static AgendaKey of(Bytes bytes) {
    var all = bytes.get();
    var buffer = ByteBuffer.wrap(all, 1, all.length - 1);
    return new AgendaKey(
        buffer.getLong(),
        buffer.get() == Kind.FIRE.code ? Kind.FIRE : Kind.FORGET,
        buffer.getLong(),
        Arrays.copyOfRange(all, FIXED_BYTES, all.length));
  }

  static long timeMs(Bytes bytes) {
    return ByteBuffer.wrap(bytes.get()).getLong(1);
  }

  /// Key of what is known of a timer.
  static Bytes ofId(byte[] id) {
    return Bytes.wrap(ByteBuffer.allocate(1 + id.length).put(ID).put(id).array());
  }
}
