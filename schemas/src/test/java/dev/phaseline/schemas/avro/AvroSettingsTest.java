package dev.phaseline.schemas.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

/// What the settings of Confluent's serdes ask for: it is done, or refused, never left out.
final class AvroSettingsTest {
  private static final Schema OTHER =
      parse(
          "{'type':'record','name':'Other','namespace':'x','fields':[{'name':'n','type':'int'}]}");
  private static final Schema UNION = Schema.createUnion(List.of(Station.SCHEMA$, OTHER));
  private static final Schema MONEY =
      parse(
          "{'type':'record','name':'Money','fields':["
              + "{'name':'amount','type':{'type':'bytes','logicalType':'decimal','precision':10,"
              + "'scale':2}},"
              + "{'name':'at','type':{'type':'long','logicalType':'timestamp-millis'}}]}");

  private final MemoryRegistry registry = new MemoryRegistry();

  private static Schema parse(String json) {
    return new Schema.Parser().parse(json.replace('\'', '"'));
  }

  private byte[] written(Schema schema, Object value) {
    var id = registry.register("u-value", schema);
    try {
      var plan = EncodingPlan.direct(id, schema, value, new GenericData());
      return plan.encode(new ValueWriter(), value);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private AvroDeserializer<Object> reader(Map<String, ?> settings) {
    var reader = new AvroDeserializer<Object>(registry);
    reader.configure(settings, false);
    return reader;
  }

  private AvroSerializer<Object> writer(Map<String, ?> settings) {
    return new AvroSerializer<>(registry, settings, false);
  }

  private static GenericRecord other() {
    var other = new GenericData.Record(OTHER);
    other.put("n", 7);
    return other;
  }

  @Test
  void aRecordOfAUnionIsReadIntoItsGeneratedClass() {
    var bytes = written(UNION, station());
    assertThat(reader(Map.of("specific.avro.reader", "true")).deserialize("u", bytes))
        .isInstanceOf(Station.class)
        .isEqualTo(station());
    assertThat(new AvroDeserializer<Station>(registry, Station.class).deserialize("u", bytes))
        .isEqualTo(station());
  }

  @Test
  void anotherRecordOfAUnionIsRefusedWhereAClassWasAskedFor() {
    var bytes = written(UNION, other());
    var given = new AvroDeserializer<Station>(registry, Station.class);
    assertThatThrownBy(() -> given.deserialize("u", bytes))
        .isInstanceOf(SerializationException.class);
    var found = reader(Map.of("specific.avro.reader", "true"));
    assertThatThrownBy(() -> found.deserialize("u", bytes))
        .isInstanceOf(SerializationException.class);
  }

  @Test
  void recordsOfArraysAndMapsAreReadIntoGeneratedClasses() {
    var settings = Map.of("specific.avro.reader", "true");
    var list = written(Schema.createArray(Station.SCHEMA$), List.of(station()));
    assertThat(reader(settings).deserialize("u", list)).isEqualTo(List.of(station()));
    var map = written(Schema.createMap(UNION), Map.of("a", station()));
    var read = (Map<?, ?>) reader(settings).deserialize("u", map);
    assertThat(read).hasSize(1);
    assertThat(read.values().iterator().next()).isEqualTo(station());
  }

  @Test
  void aClassThatWasAskedForIsNeverReplacedByAnotherKindOfValue() {
    var given = new AvroDeserializer<Station>(registry, Station.class);
    for (var value : List.of("text", 5, new byte[] {1})) {
      var bytes = new AvroSerializer<Object>(registry).serialize("p", value);
      assertThatThrownBy(() -> given.deserialize("p", bytes))
          .isInstanceOf(SerializationException.class);
    }
  }

  @Test
  void aUnionWithoutAnyGeneratedClassNamesTheOneThatIsMissing() {
    var bytes =
        written(Schema.createUnion(List.of(Schema.create(Schema.Type.NULL), OTHER)), other());
    var found = reader(Map.of("specific.avro.reader", "true"));
    assertThatThrownBy(() -> found.deserialize("u", bytes)).hasMessageContaining("x.Other");
  }

  @Test
  void logicalTypesComeAsJavasTypesWhereThatIsAskedFor() {
    var record = new GenericData.Record(MONEY);
    record.put("amount", new BigDecimal("12.34"));
    record.put("at", Instant.ofEpochMilli(5));
    var settings = Map.of("avro.use.logical.type.converters", "true");
    var bytes = writer(settings).serialize("m", record);

    var read = (GenericRecord) reader(settings).deserialize("m", bytes);
    assertThat(read).isNotNull();
    assertThat(read.get("amount")).isEqualTo(new BigDecimal("12.34"));
    assertThat(read.get("at")).isEqualTo(Instant.ofEpochMilli(5));
    var plain = (GenericRecord) reader(Map.of()).deserialize("m", bytes);
    assertThat(plain).isNotNull();
    assertThat(plain.get("amount")).isInstanceOf(ByteBuffer.class);
    assertThat(plain.get("at")).isEqualTo(5L);
  }

  @Test
  void aSchemaIsLookedUpWithoutWhatTheCompilerAddsForJava() {
    var java =
        parse(
            "{'type':'record','name':'R','fields':[{'name':'s','type':{'type':'string',"
                + "'avro.java.string':'String'},'default':'avro.java.string'},{'name':'m','type':"
                + "{'type':'map','values':'int','avro.java.string':'String'}}]}");
    var plain =
        parse(
            "{'type':'record','name':'R','fields':[{'name':'s','type':'string','default':"
                + "'avro.java.string'},{'name':'m','type':{'type':'map','values':'int'}}]}");
    assertThat(JavaProperties.removed(java)).hasToString(plain.toString());

    var id = registry.register("j-value", plain);
    var record = new GenericData.Record(java);
    record.put("s", "x");
    record.put("m", Map.of());
    var settings = Map.of("auto.register.schemas", "false", "avro.remove.java.properties", "true");
    var bytes = writer(settings).serialize("j", record);
    assertThat(ByteBuffer.wrap(bytes).getInt(1)).isEqualTo(id);
  }

  @Test
  void settingsThatWouldChangeBytesAndAreNotSupportedAreRefused() {
    for (var setting :
        Map.of(
                "schema.reflection", "true",
                "use.schema.id", "7",
                "normalize.schemas", "true",
                "latest.compatibility.strict", "false",
                "specific.avro.value.type", "com.acme.Order",
                "value.schema.id.serializer", "com.acme.HeaderId")
            .entrySet()) {
      assertThatThrownBy(() -> writer(Map.of(setting.getKey(), setting.getValue())))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining(setting.getKey());
    }
    assertThat(writer(Map.of("schema.reflection", "false", "use.schema.id", "-1"))).isNotNull();
  }

  private static Station station() {
    return new Station("Bern", 12);
  }
}
