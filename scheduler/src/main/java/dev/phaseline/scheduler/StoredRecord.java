package dev.phaseline.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/// Value and headers of a timer's record as they came, so that a timer which has nowhere to go can
/// be kept as it came. The arrays are never changed.
///
/// @param value the record's
/// @param headers the record's, those of ours too
@SuppressWarnings("ArrayRecordComponent") // never compared
record StoredRecord(byte @Nullable [] value, Headers headers) {
  private static final byte VERSION = 1;
  private static final int NULL = -1;

  byte[] toBytes() {
    var all = headers.toArray();
    var names = new byte[all.length][];
    var size = 1 + Integer.BYTES + length(value) + Integer.BYTES;
    for (var i = 0; i < all.length; i++) {
      names[i] = all[i].key().getBytes(UTF_8);
      size += Integer.BYTES + names[i].length + Integer.BYTES + length(all[i].value());
    }
    var out = ByteBuffer.allocate(size).put(VERSION);
    put(out, value);
    out.putInt(all.length);
    for (var i = 0; i < all.length; i++) {
      put(out, names[i]);
      put(out, all[i].value());
    }
    return out.array();
  }

  /// @throws IllegalStateException when it is not what [#toBytes] makes: the store is broken, or of
  ///   a later version, and to go on would lose timers
  static StoredRecord of(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    try {
      var version = in.get();
      if (version != VERSION) {
        throw new IllegalStateException(
            "a stored timer has format " + version + ", this program knows 1; use a newer one");
      }
      var value = get(in);
      var count = in.getInt();
      var headers = new Header[Math.clamp(count, 0, in.remaining())];
      for (var i = 0; i < count; i++) {
        var name = get(in);
        if (name == null) throw new IllegalStateException("a stored timer has a nameless header");
        headers[i] =
            new org.apache.kafka.common.header.internals.RecordHeader(
                new String(name, UTF_8), get(in));
      }
      return new StoredRecord(value, new RecordHeaders(headers));
    } catch (BufferUnderflowException | IndexOutOfBoundsException cut) {
      throw new IllegalStateException("a stored timer of " + bytes.length + " bytes is cut", cut);
    }
  }

  private static void put(ByteBuffer out, byte @Nullable [] bytes) {
    if (bytes == null) out.putInt(NULL);
    else out.putInt(bytes.length).put(bytes);
  }

  private static byte @Nullable [] get(ByteBuffer in) {
    var length = in.getInt();
    if (length == NULL) return null;
    if (length < 0 || length > in.remaining()) throw new BufferUnderflowException();
    var bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
