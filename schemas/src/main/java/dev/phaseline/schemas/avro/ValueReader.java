package dev.phaseline.schemas.avro;

import java.io.EOFException;
import java.io.IOException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;

/// Reads the bytes after the header, for one pair of writer's and reader's schema. Thread-safe.
interface ValueReader {

  /// The value that starts at `offset` and ends with the array.
  ///
  /// @throws IOException or a RuntimeException of Avro's when the bytes do not fit the schema
  Object read(byte[] bytes, int offset) throws IOException;

  /// A reader that is free of state, as Avro's compiled readers are: nothing to pool, and no
  /// thread-local, which every new virtual thread would have to build again.
  static ValueReader of(DatumReader<Object> stateless) {
    return (bytes, offset) -> {
      var decoder = decoder(bytes, offset);
      var value = stateless.read(null, decoder);
      checkEnd(decoder);
      return value;
    };
  }

  static BinaryDecoder decoder(byte[] bytes, int offset) {
    return DecoderFactory.get().binaryDecoder(bytes, offset, bytes.length - offset, null);
  }

  /// Bytes that are left over mean that the schema is not the one they were written with.
  static void checkEnd(BinaryDecoder decoder) throws IOException {
    if (!decoder.isEnd()) throw new EOFException("bytes are left over after the value");
  }
}
