package dev.phaseline.embedded.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.schemas.avro.AvroDeserializer;
import dev.phaseline.schemas.avro.AvroSerializer;
import dev.phaseline.schemas.registry.CompatibilityLevel;
import dev.phaseline.schemas.registry.HttpSchemaRegistry;
import dev.phaseline.schemas.registry.IncompatibleSchemaException;
import dev.phaseline.schemas.registry.RegistryRefusedException;
import dev.phaseline.schemas.registry.SchemaNotFoundException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a registry does for our client and our serdes. One suite for every registry that we claim
/// to work with.
abstract class RegistryContract {
  private static final AtomicInteger SUBJECTS = new AtomicInteger();

  HttpSchemaRegistry client = HttpSchemaRegistry.at(URI.create("http://127.0.0.1:1"));
  String subject = "";

  abstract URI url();

  @BeforeEach
  void connect() {
    client = HttpSchemaRegistry.at(url());
    subject = getClass().getSimpleName() + SUBJECTS.incrementAndGet() + "-value";
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  /// The first version of a city in this test's own namespace, so that no two tests share an id.
  Schema city() {
    return SchemaBuilder.record("City")
        .namespace("n" + SUBJECTS.incrementAndGet())
        .fields()
        .requiredString("name")
        .requiredLong("population")
        .endRecord();
  }

  static Schema with(Schema city, String field, String byDefault) {
    return SchemaBuilder.record("City")
        .namespace(city.getNamespace())
        .fields()
        .requiredString("name")
        .requiredLong("population")
        .name(field)
        .type()
        .stringType()
        .stringDefault(byDefault)
        .endRecord();
  }

  static Schema withMandatory(Schema city, String field) {
    return SchemaBuilder.record("City")
        .namespace(city.getNamespace())
        .fields()
        .requiredString("name")
        .requiredLong("population")
        .requiredString(field)
        .endRecord();
  }

  @Test
  void registeringTwiceGivesTheSameId() {
    var city = city();
    var first = client.register(subject, city);
    try (var another = HttpSchemaRegistry.at(url())) {
      assertThat(another.register(subject, city)).isEqualTo(first);
      assertThat(another.latest(subject).version()).isEqualTo(1);
    }
  }

  @Test
  void aSchemaHasOneIdInAllSubjects() {
    var city = city();
    assertThat(client.register(subject + "-other", city)).isEqualTo(client.register(subject, city));
  }

  @Test
  void aSchemaIsFoundByItsIdAndItsIdByTheSchema() {
    var city = city();
    var id = client.register(subject, city);
    try (var another = HttpSchemaRegistry.at(url())) {
      assertThat(another.schema(id)).isEqualTo(city);
      assertThat(another.id(subject, city)).isEqualTo(id);
    }
  }

  @Test
  void docsAndAliasesSurviveTheRegistry() {
    var text =
        """
        {"type":"record","name":"Documented","namespace":"n%d","doc":"Städte der Welt",
         "aliases":["Old"],"fields":[{"name":"a","type":"string","doc":"first","default":"x"}]}
        """
            .formatted(SUBJECTS.incrementAndGet());
    var schema = new Schema.Parser().parse(text);
    var id = client.register(subject, schema);
    try (var another = HttpSchemaRegistry.at(url())) {
      assertThat(another.schema(id).toString()).isEqualTo(schema.toString());
    }
  }

  @Test
  void unknownIdIsNotFound() {
    assertThatThrownBy(() -> client.schema(999_999))
        .isInstanceOf(SchemaNotFoundException.class)
        .hasMessageContaining("999999");
  }

  @Test
  void unknownSubjectIsNotFound() {
    assertThatThrownBy(() -> client.latest(subject)).isInstanceOf(SchemaNotFoundException.class);
    assertThatThrownBy(() -> client.id(subject, city()))
        .isInstanceOf(SchemaNotFoundException.class)
        .hasMessageContaining(subject);
  }

  @Test
  void schemaOfAnotherSubjectIsNotFoundUnderThisOne() {
    var city = city();
    client.register(subject, city);
    client.register(subject + "-other", with(city, "country", "?"));
    assertThatThrownBy(() -> client.id(subject, with(city, "country", "?")))
        .isInstanceOf(SchemaNotFoundException.class);
  }

  @Test
  void compatibleSchemaBecomesTheNextVersion() throws Exception {
    new RawHttp(url()).put("/config/" + subject, "{\"compatibility\":\"BACKWARD\"}");
    var city = city();
    client.register(subject, city);
    var id = client.register(subject, with(city, "country", "?"));

    var latest = client.latest(subject);

    assertThat(latest.version()).isEqualTo(2);
    assertThat(latest.id()).isEqualTo(id);
    assertThat(latest.schema()).isEqualTo(with(city, "country", "?"));
  }

  @Test
  void incompatibleSchemaIsRefusedAndChangesNothing() throws Exception {
    new RawHttp(url()).put("/config/" + subject, "{\"compatibility\":\"BACKWARD\"}");
    var city = city();
    client.register(subject, city);

    assertThatThrownBy(() -> client.register(subject, withMandatory(city, "country")))
        .isInstanceOf(IncompatibleSchemaException.class)
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining(subject);
    assertThat(client.latest(subject).version()).isEqualTo(1);
  }

  @Test
  void aCheckRegistersNothing() throws Exception {
    new RawHttp(url()).put("/config/" + subject, "{\"compatibility\":\"BACKWARD\"}");
    var city = city();
    client.register(subject, city);

    assertThat(client.incompatibilities(subject, with(city, "country", "?"))).isEmpty();
    assertThat(client.incompatibilities(subject, withMandatory(city, "country"))).isNotEmpty();
    assertThat(client.latest(subject).version()).isEqualTo(1);
  }

  @Test
  void aSubjectThatDoesNotExistTakesAnySchema() {
    assertThat(client.incompatibilities(subject, city())).isEmpty();
  }

  @Test
  void aSubjectsOwnRuleCounts() throws Exception {
    var raw = new RawHttp(url());
    assertThat(client.compatibility(subject)).isEmpty();
    raw.put("/config/" + subject, "{\"compatibility\":\"NONE\"}");
    assertThat(client.compatibility(subject)).contains(CompatibilityLevel.NONE);

    var city = city();
    client.register(subject, city);
    client.register(subject, withMandatory(city, "country"));
    assertThat(client.latest(subject).version()).isEqualTo(2);

    raw.put("/config/" + subject, "{\"compatibility\":\"FORWARD\"}");
    var withoutPopulation =
        SchemaBuilder.record("City")
            .namespace(city.getNamespace())
            .fields()
            .requiredString("name")
            .requiredString("country")
            .endRecord();
    assertThatThrownBy(() -> client.register(subject, withoutPopulation))
        .isInstanceOf(IncompatibleSchemaException.class);
  }

  @Test
  void theGlobalRuleCanBeRead() {
    assertThat(client.compatibility()).isNotNull();
  }

  @Test
  void textThatIsNotASchemaIsRefused() throws Exception {
    var answer =
        new RawHttp(url())
            .post(
                "/subjects/" + subject + "/versions",
                "{\"schema\":\"{\\\"type\\\":\\\"rec\\\"}\"}");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().path("error_code").asInt()).isEqualTo(42201);
    assertThat(answer.json().path("message").asText()).isNotEmpty();
  }

  @Test
  void subjectsMayHaveStrangeNames() {
    var city = city();
    for (var name :
        List.of(subject + " with space", subject + "/slash", subject + "-München+%41")) {
      var id = client.register(name, city);
      assertThat(client.latest(name).id()).as(name).isEqualTo(id);
    }
  }

  @Test
  void concurrentRegistrationsAgree() throws Exception {
    var schemas = new ArrayList<Schema>();
    for (var i = 0; i < 6; i++) schemas.add(city());
    var calls = new ArrayList<Callable<Integer>>();
    for (var i = 0; i < 60; i++) {
      var schema = schemas.get(i % schemas.size());
      var name = subject + (i % schemas.size());
      calls.add(
          () -> {
            try (var own = HttpSchemaRegistry.at(url())) {
              return own.register(name, schema);
            }
          });
    }
    var ids = new HashSet<Integer>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var future : threads.invokeAll(calls)) ids.add(future.get());
    }
    assertThat(ids).hasSize(schemas.size());
    for (var i = 0; i < schemas.size(); i++) {
      assertThat(client.latest(subject + i).version()).isEqualTo(1);
    }
  }

  @Test
  void serdesReadWhatOlderAndNewerWritersWrote() throws Exception {
    new RawHttp(url()).put("/config/" + subject, "{\"compatibility\":\"BACKWARD\"}");
    var topic = subject.substring(0, subject.length() - "-value".length());
    var v1 = city();
    var v2 = with(v1, "country", "unknown");
    try (var writer = new AvroSerializer<GenericRecord>(client);
        var reader = new AvroDeserializer<GenericRecord>(client, v2)) {
      var old =
          new GenericRecordBuilder(v1).set("name", "Bern").set("population", 134_000L).build();
      var recent = new GenericData.Record(v2);
      recent.put("name", "Köln");
      recent.put("population", 1_087_000L);
      recent.put("country", "DE");

      var readOld = reader.deserialize(topic, writer.serialize(topic, old));
      var readRecent = reader.deserialize(topic, writer.serialize(topic, recent));

      assertThat(readOld)
          .hasToString("{\"name\": \"Bern\", \"population\": 134000, \"country\": \"unknown\"}");
      assertThat(readRecent).isEqualTo(recent);
    }
  }

  @Test
  void serializerThatMayNotRegisterSaysSo() {
    var settings = Map.of("auto.register.schemas", "false");
    try (var writer = new AvroSerializer<String>(client, settings, false)) {
      assertThatThrownBy(() -> writer.serialize(subject, "text"))
          .isInstanceOf(SchemaNotFoundException.class)
          .hasMessageContaining("auto.register.schemas is false");
    }
  }

  @Test
  void refusalsAreSerializationExceptions() {
    assertThat(SerializationException.class)
        .isAssignableFrom(RegistryRefusedException.class)
        .isAssignableFrom(SchemaNotFoundException.class);
  }
}
