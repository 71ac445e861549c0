package dev.phaseline.embedded.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.schemas.avro.AvroDeserializer;
import dev.phaseline.schemas.avro.AvroSerializer;
import dev.phaseline.schemas.registry.HttpSchemaRegistry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities.Config;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.apache.flink.avro.shaded.org.apache.avro.Schema;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumReader;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumWriter;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecordBuilder;
import org.apache.flink.avro.shaded.org.apache.avro.io.DecoderFactory;
import org.apache.flink.avro.shaded.org.apache.avro.io.EncoderFactory;
import org.apache.flink.formats.avro.registry.confluent.ConfluentSchemaRegistryCoder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Confluent's own client, as it comes in Flink's jar, is content with the embedded registry, and
/// what one side writes the other side reads.
final class ConfluentClientTest {
  private static final String V1 =
      "{\"type\":\"record\",\"name\":\"City\",\"fields\":["
          + "{\"name\":\"name\",\"type\":\"string\"},{\"name\":\"population\",\"type\":\"long\"}]}";
  private static final String V2 =
      V1.replace("]}", ",{\"name\":\"c\",\"type\":\"string\",\"default\":\"?\"}]}");
  private static final String BROKEN = V1.replace("]}", ",{\"name\":\"c\",\"type\":\"string\"}]}");

  private final EmbeddedRegistry registry = EmbeddedRegistry.inMemory(0);
  private final HttpSchemaRegistry ours = HttpSchemaRegistry.at(registry.url());
  private final CachedSchemaRegistryClient theirs =
      new CachedSchemaRegistryClient(registry.url().toString(), 100);

  @AfterEach
  void stop() throws Exception {
    theirs.close();
    ours.close();
    registry.close();
  }

  @Test
  void bothClientsSeeTheSameIds() throws Exception {
    var id = theirs.register("t-value", new AvroSchema(V1));
    assertThat(ours.register("t-value", new org.apache.avro.Schema.Parser().parse(V1)))
        .isEqualTo(id);
    assertThat(ours.schema(id).getName()).isEqualTo("City");

    var second = ours.register("t-value", new org.apache.avro.Schema.Parser().parse(V2));
    assertThat(theirs.getSchemaById(second).canonicalString()).isEqualTo(V2);
    assertThat(theirs.getId("t-value", new AvroSchema(V2))).isEqualTo(second);
    assertThat(theirs.getVersion("t-value", new AvroSchema(V2))).isEqualTo(2);
    assertThat(theirs.getLatestSchemaMetadata("t-value").getId()).isEqualTo(second);
    assertThat(theirs.getSchemaMetadata("t-value", 1).getSchema()).isEqualTo(V1);
  }

  @Test
  void theirQuestionsAreAnswered() throws Exception {
    theirs.register("t-value", new AvroSchema(V1));
    assertThat(theirs.getAllSubjects()).containsExactly("t-value");
    assertThat(theirs.getAllVersions("t-value")).containsExactly(1);
    assertThat(theirs.getAllSubjectsById(1)).containsExactly("t-value");
    assertThat(theirs.getAllVersionsById(1)).hasSize(1);
    assertThat(theirs.testCompatibility("t-value", new AvroSchema(V2))).isTrue();
    assertThat(theirs.testCompatibility("t-value", new AvroSchema(BROKEN))).isFalse();
    assertThat(theirs.testCompatibilityVerbose("t-value", new AvroSchema(BROKEN))).isNotEmpty();
    assertThat(theirs.getMode()).isEqualTo("READWRITE");
    assertThat(theirs.getConfig(null).getCompatibilityLevel()).isEqualTo("BACKWARD");
    theirs.updateConfig("t-value", new Config("NONE"));
    assertThat(theirs.getConfig("t-value").getCompatibilityLevel()).isEqualTo("NONE");
    theirs.deleteConfig("t-value");
    assertThat(theirs.deleteSubject("t-value", false)).containsExactly(1);
  }

  @Test
  void ourRefusalsAreTheirExceptions() throws Exception {
    theirs.register("t-value", new AvroSchema(V1));
    assertThatThrownBy(() -> theirs.register("t-value", new AvroSchema(BROKEN)))
        .isInstanceOfSatisfying(
            RestClientException.class, refused -> assertThat(refused.getStatus()).isEqualTo(409));
    assertThatThrownBy(() -> theirs.getSchemaById(99))
        .isInstanceOfSatisfying(
            RestClientException.class,
            refused -> assertThat(refused.getErrorCode()).isEqualTo(40403));
    assertThatThrownBy(() -> theirs.getLatestSchemaMetadata("none"))
        .isInstanceOfSatisfying(
            RestClientException.class,
            refused -> assertThat(refused.getErrorCode()).isEqualTo(40401));
  }

  @Test
  void weReadWhatTheyWrite() throws Exception {
    var schema = new Schema.Parser().parse(V1);
    var city = new GenericRecordBuilder(schema).set("name", "Bern").set("population", 7L).build();
    var bytes = new ByteArrayOutputStream();
    new ConfluentSchemaRegistryCoder("t-value", theirs).writeSchema(schema, bytes);
    var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    new GenericDatumWriter<>(schema).write(city, encoder);

    try (var reader = new AvroDeserializer<GenericRecord>(ours)) {
      assertThat(reader.deserialize("t", bytes.toByteArray())).hasToString(city.toString());
    }
  }

  @Test
  void theyReadWhatWeWrite() throws Exception {
    var city = new GenericData.Record(new org.apache.avro.Schema.Parser().parse(V1));
    city.put("name", "Bern");
    city.put("population", 7L);
    byte[] bytes;
    try (var writer = new AvroSerializer<GenericRecord>(ours)) {
      bytes = writer.serialize("t", city);
    }
    assertThat(bytes).isNotNull();

    var in = new ByteArrayInputStream(bytes);
    var schema = new ConfluentSchemaRegistryCoder("t-value", theirs).readSchema(in);
    var decoder = DecoderFactory.get().directBinaryDecoder(in, null);
    assertThat(new GenericDatumReader<>(schema).read(null, decoder)).hasToString(city.toString());
    assertThat(in.available()).isZero();
  }
}
