package dev.phaseline.examples.cities;

import dev.phaseline.core.Codec;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.PayloadForm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/// Mapping between one of the example's records and Avro. Immutable and thread-safe.
///
/// @param <T> the record
/// @param schema its schema
/// @param write puts a value's fields into Avro's record
/// @param read the way back; refuses what is not valid with an `IllegalArgumentException`
record AvroMapping<T>(
    Schema schema, BiConsumer<T, GenericRecord> write, Function<GenericRecord, T> read) {

  /// A mapping over a schema file beside this class.
  static <T> AvroMapping<T> of(
      String file, BiConsumer<T, GenericRecord> write, Function<GenericRecord, T> read) {
    try (var in = AvroMapping.class.getResourceAsStream(file)) {
      if (in == null) throw new IllegalStateException("the jar does not hold " + file);
      return new AvroMapping<>(new Schema.Parser().parse(in), write, read);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(file, unreadable);
    }
  }

  /// A codec of `T` over one of Avro's records.
  Codec<T> over(Codec<GenericRecord> avro) {
    return new Codec<>() {
      @Override
      public PayloadForm form() {
        return new PayloadForm.Avro(schema.toString());
      }

      @Override
      public byte[] encode(String topic, T value) {
        return avro.encode(topic, toAvro(value));
      }

      @Override
      public T decode(String topic, byte[] bytes) {
        var found = avro.decode(topic, bytes);
        try {
          return read.apply(found);
        } catch (IllegalArgumentException notValid) {
          throw new PayloadException(
              "not a valid " + schema.getName() + ": " + notValid.getMessage(), notValid);
        }
      }
    };
  }

  GenericRecord toAvro(T value) {
    var avro = new GenericData.Record(schema);
    write.accept(value, avro);
    return avro;
  }
}
