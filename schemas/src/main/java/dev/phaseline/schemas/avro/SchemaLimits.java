package dev.phaseline.schemas.avro;

import java.util.IdentityHashMap;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/// Refuses writer schemas under which few bytes become a great many objects. Avro's decoder bounds
/// what a length in the data can allocate; a schema can do the same harm without any length: thirty
/// records, each with two fields of the next one, are a billion objects in no byte at all.
final class SchemaLimits {
  /// No decoder allocates more than this for a `fixed` before it looks whether the bytes are there.
  static final int FIXED_BYTES_MAX = 16 << 20;

  /// The most objects that a record may be for each byte that it takes at least. Records of real
  /// life stay below 3; a wrapper around a wrapper counts one more each.
  static final int OBJECTS_PER_BYTE_MAX = 16;

  private static final long SATURATED = 1L << 40;

  /// Size of the smallest value of a schema.
  private record Weight(long objects, long bytes) {
    static final Weight ONE_BYTE = new Weight(1, 1);
    static final Weight NOTHING = new Weight(1, 0);

    Weight plus(Weight other) {
      return new Weight(
          Math.min(objects + other.objects, SATURATED), Math.min(bytes + other.bytes, SATURATED));
    }
  }

  private final IdentityHashMap<Schema, Weight> known = new IdentityHashMap<>();
  private final int id;
  private boolean zeroByteElements;

  private SchemaLimits(int id) {
    this.id = id;
  }

  /// Checks a schema that came from a registry.
  ///
  /// @return whether it has arrays whose elements may take no byte, so that nothing in the data
  ///   bounds how many there are
  /// @throws SerializationException when it is over a limit
  static boolean check(int id, Schema schema) {
    var limits = new SchemaLimits(id);
    limits.weigh(schema);
    return limits.zeroByteElements;
  }

  private Weight weigh(Schema schema) {
    return switch (schema.getType()) {
      case NULL -> Weight.NOTHING;
      case BOOLEAN, INT, LONG, STRING, BYTES, ENUM -> Weight.ONE_BYTE;
      case FLOAT -> new Weight(1, 4);
      case DOUBLE -> new Weight(1, 8);
      case FIXED -> fixed(schema);
      case ARRAY -> array(schema);
      case MAP -> {
        weigh(schema.getValueType());
        yield Weight.ONE_BYTE;
      }
      case UNION -> {
        schema.getTypes().forEach(this::weigh);
        yield Weight.ONE_BYTE;
      }
      case RECORD -> record(schema);
    };
  }

  private Weight fixed(Schema schema) {
    if (schema.getFixedSize() > FIXED_BYTES_MAX) {
      throw refused(
          schema, "is a fixed of " + schema.getFixedSize() + " bytes, at most " + FIXED_BYTES_MAX);
    }
    return new Weight(1, schema.getFixedSize());
  }

  private Weight array(Schema schema) {
    if (weigh(schema.getElementType()).bytes() == 0) zeroByteElements = true;
    return Weight.ONE_BYTE;
  }

  private Weight record(Schema schema) {
    var seen = known.putIfAbsent(schema, Weight.NOTHING); // a cycle ends here
    if (seen != null) return seen;
    var sum = Weight.NOTHING;
    for (var field : schema.getFields()) sum = sum.plus(weigh(field.schema()));
    if (sum.objects() > OBJECTS_PER_BYTE_MAX * Math.max(1, sum.bytes())) {
      throw refused(
          schema, "makes " + sum.objects() + " objects out of as few as " + sum.bytes() + " bytes");
    }
    known.put(schema, sum);
    return sum;
  }

  private SerializationException refused(Schema schema, String why) {
    return new SerializationException(
        "schema id " + id + " is refused: '" + schema.getFullName() + "' " + why);
  }
}
