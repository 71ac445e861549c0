package dev.phaseline.schemas.avro;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
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
  void aTimerComesBackWhole() {
    var registry = new MemoryRegistry();
    var now = Instant.parse("2026-01-31T12:00:00Z").toEpochMilli();
    var timer =
        new GenericRecordBuilder(OwnSchemas.TIMER)
            .set("id", "job-1/0")
            .set("due", now + 1_000)
            .set("set", now)
            .set("topic", "pl.cities.fetch")
            .set("value", ByteBuffer.wrap(new byte[] {0, -1, 7}))
            .build();
    try (var writer = new AvroSerializer<GenericRecord>(registry);
        var reader = new AvroDeserializer<GenericRecord>(registry, OwnSchemas.TIMER)) {
      assertThat(reader.deserialize("pl.timers", writer.serialize("pl.timers", timer)))
          .hasToString(timer.toString());
    }
  }

  @Test
  void aSymbolFromTheFutureIsUnknownAndNoFailure() {
    var registry = new MemoryRegistry();
    var future =
        new Schema.Parser()
            .parse(OwnSchemas.TIMER.toString().replace("\"SUSPENSION\"", "\"SUSPENSION\",\"NEW\""));
    var cause = future.getField("cause").schema();
    var timer =
        new GenericRecordBuilder(future)
            .set("id", "x")
            .set("due", 1L)
            .set("set", 0L)
            .set("cause", new org.apache.avro.generic.GenericData.EnumSymbol(cause, "NEW"))
            .set("topic", "t")
            .build();
    try (var writer = new AvroSerializer<GenericRecord>(registry);
        var reader = new AvroDeserializer<GenericRecord>(registry, OwnSchemas.TIMER)) {
      var read = reader.deserialize("pl.timers", writer.serialize("pl.timers", timer));
      assertThat(read).extracting(record -> record.get("cause")).hasToString("UNKNOWN");
    }
  }
}
