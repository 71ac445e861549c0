package dev.phaseline.schemas.avro;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.FastReaderBuilder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/// Encoding of values of one schema for one topic; computed once, then used for each value.
/// Immutable.
final class EncodingPlan {
  private final int id;
  private final Schema schema;
  private final DatumWriter<Object> writer;
  private final @Nullable Conversion toLatest;

  /// From the value's own schema to the one that the registry calls the latest. Avro writes the
  /// fields of a record by position, so writing a value under another schema than its own would mix
  /// up fields without a word; it is read into the other one instead.
  private record Conversion(Schema latest, ValueReader reader, DatumWriter<Object> writer) {}

  private EncodingPlan(
      int id, Schema schema, DatumWriter<Object> writer, @Nullable Conversion toLatest) {
    this.id = id;
    this.schema = schema;
    this.writer = writer;
    this.toLatest = toLatest;
  }

  /// Writes values as they are.
  ///
  /// @param model of generic records, with the conversions that are wanted
  static EncodingPlan direct(int id, Schema schema, Object example, GenericData model) {
    return new EncodingPlan(id, schema, writerOf(schema, example, model), null);
  }

  /// Writes values under another schema, which must be able to read their own.
  ///
  /// @param model of generic records, with the conversions that are wanted
  static EncodingPlan converting(
      int latestId, Schema latest, Schema own, Object example, GenericData model)
      throws IOException {
    var reader =
        ValueReader.of(new FastReaderBuilder(new GenericData()).createDatumReader(own, latest));
    var conversion =
        new Conversion(latest, reader, new GenericDatumWriter<>(latest, new GenericData()));
    return new EncodingPlan(latestId, own, writerOf(own, example, model), conversion);
  }

  byte[] encode(ValueWriter bytes, Object value) throws IOException {
    var own = bytes.write(id, schema, writer, value);
    if (toLatest == null) return own;
    var converted = toLatest.reader().read(own, WireFormat.HEADER_BYTES);
    return bytes.write(id, toLatest.latest(), toLatest.writer(), converted);
  }

  private static DatumWriter<Object> writerOf(Schema schema, Object example, GenericData model) {
    return example instanceof SpecificRecord
        ? new SpecificDatumWriter<>(schema, SpecificData.getForClass(example.getClass()))
        : new GenericDatumWriter<>(schema, model);
  }
}
