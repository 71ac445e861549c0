package dev.phaseline.schemas.avro;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.apache.avro.Schema;
import org.apache.avro.SystemLimitException;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.ResolvingDecoder;
import org.apache.avro.specific.SpecificDatumReader;
import org.jspecify.annotations.Nullable;

/// Reads with Avro's interpreting reader: for generated classes, which must come from a list that
/// the compiled reader can't be given, and for schemas whose arrays nothing in the data bounds. Not
/// thread-safe; [#pooled] is.
///
/// Avro keeps the resolver of this reader in a thread-local, so each new virtual thread would pay
/// for building it; here the reader owns its resolver, and a bounded pool owns the readers.
final class GuardedReader extends SpecificDatumReader<Object> {
  /// Array elements that take no byte: more of them in one value are refused.
  static final int ZERO_BYTE_ELEMENTS_MAX = 65_536;

  private final ResolvingDecoder resolver;
  private long elementsLeft;

  GuardedReader(Schema writer, Schema reader, TrustedClasses classes) throws IOException {
    super(writer, reader, classes);
    resolver =
        DecoderFactory.get().resolvingDecoder(Schema.applyAliases(writer, reader), reader, null);
  }

  /// A thread-safe reader over as many of these as are in use at once.
  static ValueReader pooled(Schema writer, Schema reader, TrustedClasses classes) {
    BlockingQueue<GuardedReader> idle =
        new ArrayBlockingQueue<>(2 * Runtime.getRuntime().availableProcessors());
    return (bytes, offset) -> {
      var mine = idle.poll();
      if (mine == null) mine = new GuardedReader(writer, reader, classes);
      var value = mine.readWhole(bytes, offset);
      idle.offer(mine); // not after a failure: its resolver may stand in the middle of a value
      return value;
    };
  }

  private Object readWhole(byte[] bytes, int offset) throws IOException {
    elementsLeft = (long) bytes.length + ZERO_BYTE_ELEMENTS_MAX;
    var decoder = ValueReader.decoder(bytes, offset);
    resolver.configure(decoder);
    var value = read(null, getExpected(), resolver);
    resolver.drain();
    ValueReader.checkEnd(decoder);
    return value;
  }

  @Override
  protected void addToArray(Object array, long pos, @Nullable Object element) {
    if (--elementsLeft < 0) {
      throw new SystemLimitException(
          "more than " + ZERO_BYTE_ELEMENTS_MAX + " array elements that take no byte");
    }
    super.addToArray(array, pos, element);
  }
}
