package dev.phaseline.examples.cities;

import dev.phaseline.core.Codec;
import dev.phaseline.core.PayloadException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/// Avro without a frame and without a registry, for tests.
record PlainAvro(Schema schema) implements Codec<GenericRecord> {
  @Override
  public byte[] encode(String topic, GenericRecord value) {
    var out = new ByteArrayOutputStream();
    var encoder = EncoderFactory.get().binaryEncoder(out, null);
    try {
      new GenericDatumWriter<GenericRecord>(schema).write(value, encoder);
      encoder.flush();
    } catch (IOException neverInMemory) {
      throw new UncheckedIOException(neverInMemory);
    }
    return out.toByteArray();
  }

  @Override
  public GenericRecord decode(String topic, byte[] bytes) {
    try {
      var decoder = DecoderFactory.get().binaryDecoder(bytes, null);
      return new GenericDatumReader<GenericRecord>(schema).read(null, decoder);
    } catch (IOException | AvroRuntimeException notAvro) {
      throw new PayloadException("not " + schema.getName(), notAvro);
    }
  }
}
