package dev.phaseline.schemas.avro;

import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericContainer;
import org.apache.kafka.common.errors.SerializationException;

/// Schemas derived from values.
final class DatumSchemas {
  private static final Schema STRING = Schema.create(Schema.Type.STRING);
  private static final Schema BYTES = Schema.create(Schema.Type.BYTES);
  private static final Schema INT = Schema.create(Schema.Type.INT);
  private static final Schema LONG = Schema.create(Schema.Type.LONG);
  private static final Schema FLOAT = Schema.create(Schema.Type.FLOAT);
  private static final Schema DOUBLE = Schema.create(Schema.Type.DOUBLE);
  private static final Schema BOOLEAN = Schema.create(Schema.Type.BOOLEAN);

  private DatumSchemas() {}

  /// @throws SerializationException for a value that says nothing about its schema
  static Schema of(String topic, Object value) {
    return switch (value) {
      case GenericContainer container -> container.getSchema();
      case CharSequence text -> STRING;
      case byte[] bytes -> BYTES;
      case ByteBuffer bytes -> BYTES;
      case Integer number -> INT;
      case Long number -> LONG;
      case Float number -> FLOAT;
      case Double number -> DOUBLE;
      case Boolean truth -> BOOLEAN;
      default ->
          throw new SerializationException(
              "a "
                  + value.getClass().getName()
                  + " for topic '"
                  + topic
                  + "' has no Avro schema; use a GenericRecord, a generated class, or one of"
                  + " String, byte[], Integer, Long, Float, Double, Boolean");
    };
  }
}
