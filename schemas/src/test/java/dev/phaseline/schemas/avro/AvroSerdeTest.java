package dev.phaseline.schemas.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.schemas.registry.IncompatibleSchemaException;
import dev.phaseline.schemas.registry.RegistryUnavailableException;
import dev.phaseline.schemas.registry.SchemaNotFoundException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class AvroSerdeTest {
  private static final Schema CITY =
      SchemaBuilder.record("City")
          .namespace("geo")
          .fields()
          .requiredString("name")
          .requiredLong("population")
          .endRecord();
  private static final Schema CITY_2 =
      SchemaBuilder.record("City")
          .namespace("geo")
          .fields()
          .requiredLong("population") // another order, on purpose
          .requiredString("name")
          .name("country")
          .type()
          .stringType()
          .stringDefault("?")
          .endRecord();

  private final MemoryRegistry registry = new MemoryRegistry();
  private final AvroSerializer<Object> writer = new AvroSerializer<>(registry);
  private final AvroDeserializer<Object> reader = new AvroDeserializer<>(registry);

  private static GenericRecord city(String name, long population) {
    var city = new GenericData.Record(CITY);
    city.put("name", name);
    city.put("population", population);
    return city;
  }

  private @Nullable Object roundTrip(Object value) {
    return reader.deserialize("t", writer.serialize("t", value));
  }

  @Test
  void everyKindOfValueComesBack() {
    assertThat(roundTrip(city("Bern", 134_000)))
        .hasToString("{\"name\": \"Bern\", \"population\": 134000}");
    assertThat(roundTrip("Zürich")).isEqualTo("Zürich");
    assertThat(roundTrip("")).isEqualTo("");
    assertThat(roundTrip(Integer.MIN_VALUE)).isEqualTo(Integer.MIN_VALUE);
    assertThat(roundTrip(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    assertThat(roundTrip(1.5f)).isEqualTo(1.5f);
    assertThat(roundTrip(-0.1d)).isEqualTo(-0.1d);
    assertThat(roundTrip(true)).isEqualTo(true);
    assertThat(roundTrip(new byte[] {0, 1, -1})).isEqualTo(new byte[] {0, 1, -1});
    assertThat(roundTrip(ByteBuffer.wrap(new byte[] {7, 8, 9}, 1, 2))).isEqualTo(new byte[] {8, 9});
    assertThat(roundTrip(new byte[0])).isEqualTo(new byte[0]);
    var big = "x".repeat(3_000_000);
    assertThat(roundTrip(big)).isEqualTo(big);
  }

  @Test
  void nullIsATombstone() {
    assertThat(writer.serialize("t", null)).isNull();
    assertThat(reader.deserialize("t", (byte @Nullable []) null)).isNull();
    assertThat(registry.calls()).isZero();
  }

  @Test
  void theBytesAreConfluentsWireFormat() {
    assertThat(writer.serialize("t", "ab")).isEqualTo(new byte[] {0, 0, 0, 0, 1, 4, 'a', 'b'});
    assertThat(writer.serialize("t", new byte[] {5}))
        .as("plain bytes have no length")
        .isEqualTo(new byte[] {0, 0, 0, 0, 2, 5});
    assertThat(WireFormat.id("t", new byte[] {0, 1, 2, 3, 4})).isEqualTo(0x01020304);
  }

  @Test
  void generatedClassesComeBackAsThemselves() {
    try (var typed = new AvroDeserializer<Station>(registry, Station.class)) {
      var read = typed.deserialize("t", writer.serialize("t", new Station("Bern", 12)));
      assertThat(read).isInstanceOf(Station.class).isEqualTo(new Station("Bern", 12));
    }
  }

  @Test
  void aGeneratedClassReadsWhatAnotherVersionWrote() {
    var older =
        new Schema.Parser()
            .parse(
                """
                {"type":"record","name":"Station","namespace":"dev.phaseline.schemas.avro",
                 "fields":[{"name":"dropped","type":{"type":"array","items":"string"}},
                           {"name":"tracks","type":"int"},{"name":"name","type":"string"}]}""");
    var old = new GenericData.Record(older);
    old.put("dropped", List.of("a", "b"));
    old.put("tracks", 12);
    old.put("name", "Bern");
    try (var typed = new AvroDeserializer<Station>(registry, Station.class)) {
      assertThat(typed.deserialize("t", writer.serialize("t", old)))
          .isEqualTo(new Station("Bern", 12));
    }
  }

  @Test
  void theGeneratedClassIsFoundByTheRecordsName() {
    var settings = Map.of("specific.avro.reader", "true", "schema.registry.url", "http://h");
    reader.configure(settings, false);
    assertThat(roundTrip(new Station("Bern", 12))).isInstanceOf(Station.class);
    assertThatThrownBy(() -> roundTrip(city("Bern", 1)))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("geo.City")
        .hasMessageContaining("specific.avro.reader");
  }

  @Test
  void aReaderSchemaResolvesWhatWasWritten() {
    try (var newer = new AvroDeserializer<GenericRecord>(registry, CITY_2)) {
      assertThat(newer.deserialize("t", writer.serialize("t", city("Bern", 134_000))))
          .hasToString("{\"population\": 134000, \"name\": \"Bern\", \"country\": \"?\"}");
    }
  }

  @Test
  void aSymbolThatTheReaderDoesNotKnowIsItsDefaultAndNoFailure() {
    var kind =
        """
        {"type": "enum", "name": "Kind", "symbols": [%s], "default": "OTHER"}
        """;
    var newer = new Schema.Parser().parse(kind.formatted("\"OTHER\", \"TOWN\", \"HAMLET\""));
    var older = new Schema.Parser().parse(kind.formatted("\"OTHER\", \"TOWN\""));
    try (var reading = new AvroDeserializer<Object>(registry, older)) {
      var hamlet = writer.serialize("t", new GenericData.EnumSymbol(newer, "HAMLET"));
      assertThat(reading.deserialize("t", hamlet)).hasToString("OTHER");
      var town = writer.serialize("t", new GenericData.EnumSymbol(newer, "TOWN"));
      assertThat(reading.deserialize("t", town)).hasToString("TOWN");
    }
  }

  @Test
  void aReaderSchemaThatDoesNotFitIsTheItemsFailure() {
    var other = SchemaBuilder.record("City").namespace("geo").fields().requiredInt("x").endRecord();
    try (var wrong = new AvroDeserializer<GenericRecord>(registry, other)) {
      var bytes = writer.serialize("t", city("Bern", 1));
      assertThatThrownBy(() -> wrong.deserialize("t", bytes))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("topic 't'")
          .hasMessageContaining("schema id 1");
    }
  }

  @Test
  void subjectsFollowTheStrategy() {
    var expected =
        Map.of(
            "TopicNameStrategy", "t-value",
            "io.confluent.kafka.serializers.subject.RecordNameStrategy", "geo.City",
            "TopicRecordNameStrategy", "t-geo.City");
    expected.forEach(
        (strategy, subject) -> {
          var own = new MemoryRegistry();
          var settings = Map.of("value.subject.name.strategy", strategy);
          try (var named = new AvroSerializer<GenericRecord>(own, settings, false)) {
            named.serialize("t", city("Bern", 1));
            assertThat(own.subjects()).containsExactly(subject);
          }
        });
    try (var keys = new AvroSerializer<String>(registry, Map.of(), true)) {
      keys.serialize("t", "key");
      assertThat(registry.subjects()).containsExactly("t-key");
    }
  }

  @Test
  void aStrategyByRecordNameNeedsAName() {
    var settings = Map.of("value.subject.name.strategy", "RecordNameStrategy");
    try (var named = new AvroSerializer<String>(registry, settings, false)) {
      assertThatThrownBy(() -> named.serialize("t", "text"))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("TopicNameStrategy");
    }
  }

  @Test
  void settingsThatAreWrongAreNamed() {
    for (var bad :
        List.of(
            Map.of("value.subject.name.strategy", "MyStrategy"),
            Map.of("auto.register.schemas", "maybe"),
            Map.of("latest.cache.ttl.sec", "-1"),
            Map.of("use.latest.version", "true", "auto.register.schemas", "true"))) {
      assertThatThrownBy(() -> new AvroSerializer<Object>(registry, bad, false).close())
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining(bad.keySet().iterator().next());
    }
    assertThatThrownBy(() -> writer.configure(Map.of("auto.register.schemas", "x"), false))
        .isInstanceOf(ConfigException.class);
    assertThatThrownBy(
            () -> reader.configure(Map.of("phaseline.reader.schema", "{\"type\":\"nope\"}"), false))
        .isInstanceOf(ConfigException.class);
  }

  @Test
  void kafkaCanMakeThemByName() throws Exception {
    var settings = new HashMap<String, Object>();
    settings.put("schema.registry.url", "http://localhost:1");
    settings.put("some.other.setting", 7);
    var writerClass = Class.forName("dev.phaseline.schemas.avro.AvroSerializer");
    var readerClass = Class.forName("dev.phaseline.schemas.avro.AvroDeserializer");
    try (Serializer<?> serializer =
            writerClass.asSubclass(Serializer.class).getDeclaredConstructor().newInstance();
        Deserializer<?> deserializer =
            readerClass.asSubclass(Deserializer.class).getDeclaredConstructor().newInstance()) {
      serializer.configure(settings, false);
      deserializer.configure(settings, true);
    }
    try (var unconfigured = new AvroSerializer<String>()) {
      assertThatThrownBy(() -> unconfigured.serialize("t", "x"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("configure()");
    }
  }

  @Test
  void knownSchemasSurviveARegistryThatIsDown() {
    var bytes = writer.serialize("t", city("Bern", 1));
    reader.deserialize("t", bytes);
    registry.down(true);

    assertThat(writer.serialize("t", city("Bern", 1))).isEqualTo(bytes);
    assertThat(reader.deserialize("t", bytes)).isEqualTo(city("Bern", 1));
    assertThatThrownBy(() -> writer.serialize("other", city("Bern", 1)))
        .isInstanceOf(RegistryUnavailableException.class);
    assertThatThrownBy(() -> reader.deserialize("t", new byte[] {0, 0, 0, 0, 9, 0}))
        .isInstanceOf(RegistryUnavailableException.class);

    registry.down(false);
    assertThat(writer.serialize("other", city("Bern", 1))).isEqualTo(bytes);
  }

  @Test
  void theRegistryIsAskedOnceASchemaAndTopic() {
    for (var i = 0; i < 100; i++) {
      var parsedAnew = new Schema.Parser().parse(CITY.toString());
      var record = new GenericData.Record(parsedAnew);
      record.put("name", "x");
      record.put("population", 1L);
      reader.deserialize("t", writer.serialize("t", record));
    }
    assertThat(registry.calls()).isEqualTo(2);
  }

  @Test
  void withoutAutoRegistrationOnlyKnownSchemasAreWritten() {
    var settings = Map.of("auto.register.schemas", false);
    try (var strict = new AvroSerializer<GenericRecord>(registry, settings, false)) {
      assertThatThrownBy(() -> strict.serialize("t", city("Bern", 1)))
          .isInstanceOf(SchemaNotFoundException.class)
          .hasMessageContaining("t-value")
          .hasMessageContaining("auto.register.schemas");
      assertThat(registry.subjects()).isEmpty();
      registry.register("t-value", CITY);
      assertThat(strict.serialize("t", city("Bern", 1))).isNotNull();
    }
  }

  @Test
  void theLatestVersionIsWrittenFieldByNameNotByPosition() {
    registry.register("t-value", CITY);
    registry.register("t-value", CITY_2);
    var settings = Map.of("use.latest.version", "true");
    try (var latest = new AvroSerializer<GenericRecord>(registry, settings, false)) {
      var bytes = latest.serialize("t", city("Bern", 134_000));
      assertThat(bytes).startsWith(0, 0, 0, 0, 2);
      assertThat(reader.deserialize("t", bytes))
          .hasToString("{\"population\": 134000, \"name\": \"Bern\", \"country\": \"?\"}");
    }
  }

  @Test
  void theLatestVersionMustBeAbleToReadTheValue() {
    registry.register("t-value", Schema.create(Schema.Type.INT));
    var settings = Map.of("use.latest.version", "true");
    try (var latest = new AvroSerializer<GenericRecord>(registry, settings, false)) {
      assertThatThrownBy(() -> latest.serialize("t", city("Bern", 1)))
          .isInstanceOf(IncompatibleSchemaException.class)
          .hasMessageContaining("t-value")
          .hasMessageContaining("use.latest.version");
    }
  }

  @Test
  void theLatestVersionIsLookedUpAgainWhenItsTimeIsOver() {
    var nanos = new AtomicLong();
    registry.register("t-value", CITY);
    var settings = Map.of("use.latest.version", "true", "latest.cache.ttl.sec", "10");
    try (var latest = new AvroSerializer<GenericRecord>(registry, settings, false, nanos::get)) {
      assertThat(latest.serialize("t", city("Bern", 1))).startsWith(0, 0, 0, 0, 1);
      registry.register("t-value", CITY_2);
      assertThat(latest.serialize("t", city("Bern", 1))).startsWith(0, 0, 0, 0, 1);

      nanos.addAndGet(Duration.ofSeconds(10).toNanos());
      registry.down(true);
      assertThat(latest.serialize("t", city("Bern", 1)))
          .as("a registry that is down does not stop what is known")
          .startsWith(0, 0, 0, 0, 1);
      registry.down(false);
      nanos.addAndGet(Duration.ofSeconds(10).toNanos());
      assertThat(latest.serialize("t", city("Bern", 1))).startsWith(0, 0, 0, 0, 2);
    }
  }

  @Test
  void valuesThatDoNotFitAreNamedByFieldAndNotShown() {
    var missing = new GenericData.Record(CITY);
    missing.put("population", 1L);
    assertThatThrownBy(() -> writer.serialize("t", missing))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("geo.City")
        .hasMessageContaining("name");
    var wrong = new GenericData.Record(CITY);
    wrong.put("name", "Bern");
    wrong.put("population", "s3cret");
    assertThatThrownBy(() -> writer.serialize("t", wrong))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("population")
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> writer.serialize("t", new Object()))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("java.lang.Object");
    assertThat(roundTrip(city("Bern", 1))).as("after failures").isEqualTo(city("Bern", 1));
  }

  @Test
  void manyVirtualThreadsMayUseOneOfEach() throws Exception {
    var calls = new ArrayList<Callable<Boolean>>();
    try (var typed = new AvroDeserializer<Station>(registry, Station.class);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var i = 0; i < 5_000; i++) {
        var number = i;
        calls.add(
            () -> {
              var city = city("city" + number, number);
              var station = new Station("station" + number, number);
              return city.equals(reader.deserialize("t", writer.serialize("t", city)))
                  && station.equals(typed.deserialize("u", writer.serialize("u", station)));
            });
      }
      for (var future : threads.invokeAll(calls)) assertThat(future.get()).isTrue();
    }
    assertThat(registry.calls()).isEqualTo(4);
  }

  @Test
  void theCallersRegistryIsLeftOpen() {
    writer.close();
    reader.close();
    assertThat(registry.closed()).isFalse();
  }
}
