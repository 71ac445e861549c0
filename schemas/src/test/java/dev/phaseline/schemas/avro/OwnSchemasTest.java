package dev.phaseline.schemas.avro;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.Test;

final class OwnSchemasTest {
  /// One folder a release that changed a schema; they are never edited.
  private static final List<String> RELEASES = List.of("v1");

  private static Schema frozen(String release, Schema current) {
    var file = "frozen/" + release + "/" + current.getName() + ".avsc";
    try (var in = OwnSchemasTest.class.getResourceAsStream(file)) {
      assertThat(in).as(file).isNotNull();
      return new Schema.Parser().parse(in);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static SchemaCompatibilityType compatibility(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType();
  }

  @Test
  void everySchemaReadsWhatEveryReleaseWrote() {
    for (var current : OwnSchemas.all()) {
      for (var release : RELEASES) {
        assertThat(compatibility(current, frozen(release, current)))
            .as("%s reads %s", current.getName(), release)
            .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
      }
    }
  }

  @Test
  void aFieldThatIsRenamedWouldBeCaught() {
    var text = OwnSchemas.ATTEMPT.toString();
    var broken =
        new Schema.Parser().parse(text.replace("\"name\":\"worker\"", "\"name\":\"server\""));
    assertThat(compatibility(broken, frozen("v1", OwnSchemas.ATTEMPT)))
        .isEqualTo(SchemaCompatibilityType.INCOMPATIBLE);
  }

  @Test
  void everyTypeAndFieldSaysWhatItMeans() {
    OwnSchemas.all().forEach(OwnSchemasTest::assertDocumented);
  }

  private static void assertDocumented(Schema schema) {
    switch (schema.getType()) {
      case RECORD -> {
        assertThat(schema.getDoc()).as(schema.getFullName()).isNotBlank();
        for (var field : schema.getFields()) {
          assertThat(field.doc()).as(schema.getFullName() + "." + field.name()).isNotBlank();
          assertDocumented(field.schema());
        }
      }
      case ENUM -> {
        assertThat(schema.getDoc()).as(schema.getFullName()).isNotBlank();
        assertThat(schema.getEnumDefault())
            .as("a reader must survive symbols that come later: %s", schema.getFullName())
            .isEqualTo("UNKNOWN");
      }
      case ARRAY -> assertDocumented(schema.getElementType());
      case UNION -> schema.getTypes().forEach(OwnSchemasTest::assertDocumented);
      default -> {
        // has no text of its own
      }
    }
  }

  @Test
  void aCommandComesBackWhole() {
    var registry = new MemoryRegistry();
    var command = command(OwnSchemas.CONTROL_COMMAND, "SET_CONCURRENCY").set("value", "8").build();
    try (var writer = new AvroSerializer<GenericRecord>(registry);
        var reader = new AvroDeserializer<GenericRecord>(registry, OwnSchemas.CONTROL_COMMAND)) {
      assertThat(reader.deserialize("pl.control", writer.serialize("pl.control", command)))
          .hasToString(command.toString());
    }
  }

  @Test
  void aSymbolFromTheFutureIsUnknownAndNoFailure() {
    var registry = new MemoryRegistry();
    var future =
        new Schema.Parser()
            .parse(
                OwnSchemas.CONTROL_COMMAND.toString().replace("\"CANCEL\"", "\"CANCEL\",\"NEW\""));
    var command = command(future, "NEW").build();
    try (var writer = new AvroSerializer<GenericRecord>(registry);
        var reader = new AvroDeserializer<GenericRecord>(registry, OwnSchemas.CONTROL_COMMAND)) {
      var read = reader.deserialize("pl.control", writer.serialize("pl.control", command));
      assertThat(read).extracting(record -> record.get("verb")).hasToString("UNKNOWN");
    }
  }

  private static GenericRecordBuilder command(Schema schema, String verb) {
    return new GenericRecordBuilder(schema)
        .set("id", "c-1")
        .set("verb", new GenericData.EnumSymbol(schema.getField("verb").schema(), verb))
        .set("issued", Instant.parse("2026-01-31T12:00:00Z").toEpochMilli())
        .set("issuedBy", "ops");
  }
}
