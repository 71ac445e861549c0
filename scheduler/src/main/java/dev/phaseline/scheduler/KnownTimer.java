package dev.phaseline.scheduler;

import java.nio.ByteBuffer;

/// State that is kept by a timer's id.
///
/// @param fired whether it has fired; otherwise it is pending
/// @param dueMs when it is or was due
/// @param mark of a pending timer the offset, which with the time is its place on the agenda; of
///   one that fired the time when it is forgotten
record KnownTimer(boolean fired, long dueMs, long mark) {
  private static final int BYTES = 1 + Long.BYTES + Long.BYTES;

  byte[] toBytes() {
    return ByteBuffer.allocate(BYTES)
        .put((byte) (fired ? 1 : 0))
        .putLong(dueMs)
        .putLong(mark)
        .array();
  }

  static KnownTimer of(byte[] bytes) {
    var buffer = ByteBuffer.wrap(bytes);
    return new KnownTimer(buffer.get() != 0, buffer.getLong(), buffer.getLong());
  }
}
