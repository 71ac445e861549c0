package dev.phaseline.schemas.avro;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;

/// Writes header and value. Thread-safe: encoders and their buffers come from a bounded pool,
/// because a thread-local would grow with every virtual thread.
final class ValueWriter {
  /// A buffer that has grown beyond this is dropped instead of kept.
  private static final int KEPT_BYTES_MAX = 1 << 20;

  private final BlockingQueue<Scratch> idle =
      new ArrayBlockingQueue<>(2 * Runtime.getRuntime().availableProcessors());

  /// The value in Confluent's wire format.
  ///
  /// @throws IOException or a RuntimeException of Avro's when the value does not fit the schema
  byte[] write(int id, Schema schema, DatumWriter<Object> writer, Object value) throws IOException {
    if (schema.getType() == Schema.Type.BYTES) return raw(id, value);
    var scratch = idle.poll();
    if (scratch == null) scratch = new Scratch();
    var bytes = scratch.write(id, writer, value);
    if (scratch.capacity() <= KEPT_BYTES_MAX) idle.offer(scratch); // never after a failure
    return bytes;
  }

  /// Plain bytes stand after the header without a length, as Confluent's serializer writes them.
  private static byte[] raw(int id, Object value) {
    var bytes =
        value instanceof ByteBuffer buffer ? buffer.duplicate() : ByteBuffer.wrap((byte[]) value);
    var out = new byte[WireFormat.HEADER_BYTES + bytes.remaining()];
    WireFormat.putHeader(out, id);
    bytes.get(out, WireFormat.HEADER_BYTES, bytes.remaining());
    return out;
  }

  /// A growing buffer and the encoder that writes into it.
  private static final class Scratch extends OutputStream {
    private byte[] buffer = new byte[1024];
    private int used;
    private final BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(this, null);

    byte[] write(int id, DatumWriter<Object> writer, Object value) throws IOException {
      used = WireFormat.HEADER_BYTES;
      WireFormat.putHeader(buffer, id);
      writer.write(value, encoder);
      encoder.flush();
      return Arrays.copyOf(buffer, used);
    }

    int capacity() {
      return buffer.length;
    }

    @Override
    public void write(int b) {
      room(1);
      buffer[used++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      room(length);
      System.arraycopy(bytes, offset, buffer, used, length);
      used += length;
    }

    private void room(int length) {
      var needed = Math.addExact(used, length);
      if (needed > buffer.length) {
        buffer =
            Arrays.copyOf(buffer, (int) Math.min(Math.max(2L * buffer.length, needed), 1 << 30));
      }
    }
  }
}
