package dev.phaseline.schemas.avro;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;

/// Readers into the generated classes that a writer's schema names: for a record, and for records
/// in unions, arrays and maps. Stateless.
///
/// A branch of a union whose class is missing can't be read, and the others can: a subject of many
/// events is read by programs that know some of them.
final class GeneratedReaders {
  private GeneratedReaders() {}

  /// Whether the schema has records outside of other records.
  static boolean hasRecords(Schema schema) {
    return switch (schema.getType()) {
      case RECORD -> true;
      case UNION -> schema.getTypes().stream().anyMatch(GeneratedReaders::hasRecords);
      case ARRAY -> hasRecords(schema.getElementType());
      case MAP -> hasRecords(schema.getValueType());
      case ENUM, FIXED, STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> false;
    };
  }

  /// A reader of values of this schema.
  ///
  /// @throws SerializationException naming the class that is missing
  static ValueReader of(int id, Schema writer, boolean conversions) {
    var found = new ArrayList<Class<? extends SpecificRecord>>();
    var reader = readerOf(writer, found).orElseThrow(() -> missing(id, firstRecord(writer)));
    return GuardedReader.pooled(writer, reader, TrustedClasses.around(found, conversions));
  }

  private static SerializationException missing(int id, Schema record) {
    return new SerializationException(
        "schema id "
            + id
            + " is of '"
            + record.getFullName()
            + "', but there is no generated class "
            + SpecificData.getClassName(record)
            + " on the class path; add it, or set specific.avro.reader to false");
  }

  private static Schema firstRecord(Schema schema) {
    return switch (schema.getType()) {
      case ARRAY -> firstRecord(schema.getElementType());
      case MAP -> firstRecord(schema.getValueType());
      case UNION ->
          schema.getTypes().stream()
              .filter(GeneratedReaders::hasRecords)
              .findFirst()
              .map(GeneratedReaders::firstRecord)
              .orElse(schema);
      case RECORD, ENUM, FIXED, STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> schema;
    };
  }

  /// The schema to read into; empty when none of its records has a class.
  private static Optional<Schema> readerOf(
      Schema writer, List<Class<? extends SpecificRecord>> found) {
    return switch (writer.getType()) {
      case RECORD -> {
        var type = TrustedClasses.find(writer);
        type.ifPresent(found::add);
        yield type.map(known -> SpecificData.get().getSchema(known));
      }
      case ARRAY -> readerOf(writer.getElementType(), found).map(Schema::createArray);
      case MAP -> readerOf(writer.getValueType(), found).map(Schema::createMap);
      case UNION -> {
        var branches = new ArrayList<Schema>();
        for (var branch : writer.getTypes()) {
          if (!hasRecords(branch)) branches.add(branch);
          else readerOf(branch, found).ifPresent(branches::add);
        }
        yield found.isEmpty() ? Optional.empty() : Optional.of(Schema.createUnion(branches));
      }
      case ENUM, FIXED, STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL ->
          Optional.of(writer);
    };
  }
}
