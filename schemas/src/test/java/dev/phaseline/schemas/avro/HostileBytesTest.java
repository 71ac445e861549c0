package dev.phaseline.schemas.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Bytes and schemas made to harm: each is a [SerializationException], soon, and in little memory.
@Timeout(180)
final class HostileBytesTest {
  private static final Schema EVERYTHING =
      new Schema.Parser()
          .parse(
              """
              {"type":"record","name":"Everything","fields":[
               {"name":"text","type":"string"},
               {"name":"bytes","type":"bytes"},
               {"name":"list","type":{"type":"array","items":"string"}},
               {"name":"map","type":{"type":"map","values":"long"}},
               {"name":"choice","type":["null","int",{"type":"enum","name":"E","symbols":["A"]}]},
               {"name":"fixed","type":{"type":"fixed","name":"F","size":4}}]}""");

  private final MemoryRegistry registry = new MemoryRegistry();
  private final AvroDeserializer<Object> reader = new AvroDeserializer<>(registry);

  private byte[] record(Schema schema, byte... body) {
    var id = registry.register("t-value", schema);
    return ByteBuffer.allocate(5 + body.length).put((byte) 0).putInt(id).put(body).array();
  }

  private static Schema parse(String json) {
    return new Schema.Parser().parse(json);
  }

  private void assertRefused(byte[] bytes, String... parts) {
    var before = allocated();
    var refused =
        assertThatThrownBy(() -> reader.deserialize("t", bytes))
            .isInstanceOf(SerializationException.class);
    for (var part : parts) refused.hasMessageContaining(part);
    assertThat(allocated() - before).as("bytes allocated").isLessThan(64L << 20);
  }

  private static long allocated() {
    var bean = java.lang.management.ManagementFactory.getThreadMXBean();
    return ((com.sun.management.ThreadMXBean) bean).getCurrentThreadAllocatedBytes();
  }

  @Test
  void bytesOfAnotherFormatAreNamed() {
    assertRefused(new byte[0], "topic 't'", "0 bytes");
    assertRefused(new byte[] {0, 0, 0, 1}, "4 bytes");
    assertRefused(
        "{\"json\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8), "0x7b", "wire format");
  }

  @Test
  void anUnknownSchemaIdIsTheItemsFailure() {
    assertRefused(new byte[] {0, 0, 0, 0, 99, 1}, "topic 't'", "99");
    assertRefused(new byte[] {0, -1, -1, -1, -1, 1}, "-1");
  }

  @Test
  void lengthsBeyondTheBytesAreRefused() {
    byte[] twoGigabytes = {-2, -1, -1, -1, 15}; // 2^31 - 1 in Avro's variable length
    byte[] negative = {1};
    byte[] huge = {-2, -1, -1, -1, -1, -1, -1, -1, -1, 1};
    for (var type :
        new String[] {
          "\"string\"",
          "{\"type\":\"array\",\"items\":\"string\"}",
          "{\"type\":\"map\",\"values\":\"long\"}",
          "{\"type\":\"record\",\"name\":\"B\",\"fields\":[{\"name\":\"b\",\"type\":\"bytes\"}]}"
        }) {
      for (var length : new byte[][] {twoGigabytes, negative, huge}) {
        assertRefused(record(parse(type), length), "topic 't'");
      }
    }
  }

  @Test
  void elementsThatTakeNoByteAreBounded() {
    var empty = "{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Z\",\"fields\":[]}}";
    byte[] fortyMillion = {-128, -76, -119, 38, 0}; // count, then end
    assertRefused(record(parse(empty), fortyMillion), "array elements");
    assertRefused(
        record(parse("{\"type\":\"array\",\"items\":\"null\"}"), fortyMillion), "array elements");
  }

  @Test
  void elementsThatTakeNoByteAreFineWhenTheyAreFew() {
    var bytes = record(parse("{\"type\":\"array\",\"items\":\"null\"}"), (byte) 6, (byte) 0);
    assertThat(reader.deserialize("t", bytes)).isEqualTo(Arrays.asList(null, null, null));
  }

  @Test
  void deepNestingEndsInAFailureAndNotInTheThread() throws Exception {
    var list =
        parse(
            "{\"type\":\"record\",\"name\":\"L\",\"fields\":"
                + "[{\"name\":\"next\",\"type\":[\"null\",\"L\"]}]}");
    var deep = new byte[400_000];
    Arrays.fill(deep, (byte) 2);
    deep[deep.length - 1] = 0;
    var bytes = record(list, deep);
    for (var thread : new Thread.Builder[] {Thread.ofPlatform(), Thread.ofVirtual()}) {
      var outcome = new CompletableFuture<@Nullable Throwable>();
      thread.start(
          () -> {
            try {
              reader.deserialize("t", bytes);
              outcome.complete(null);
            } catch (Throwable thrown) {
              outcome.complete(thrown);
            }
          });
      assertThat(outcome.get())
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("nested too deeply");
    }
  }

  @Test
  void aCyclicValueCantBeWritten() {
    var list =
        parse(
            "{\"type\":\"record\",\"name\":\"L\",\"fields\":"
                + "[{\"name\":\"next\",\"type\":[\"null\",\"L\"]}]}");
    var cycle = new GenericData.Record(list);
    cycle.put("next", cycle);
    try (var writer = new AvroSerializer<Object>(registry)) {
      assertThatThrownBy(() -> writer.serialize("t", cycle))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("nested too deeply");
    }
  }

  @Test
  void aSchemaThatMultipliesObjectsIsRefused() {
    var schema = new StringBuilder("{\"type\":\"record\",\"name\":\"R0\",\"fields\":[]}");
    for (var i = 1; i <= 30; i++) {
      schema.insert(
          0, "{\"type\":\"record\",\"name\":\"R" + i + "\",\"fields\":[{\"name\":\"a\",\"type\":");
      schema.append("},{\"name\":\"b\",\"type\":\"R" + (i - 1) + "\"}]}");
    }
    assertRefused(record(parse(schema.toString())), "objects");
  }

  @Test
  void aHugeFixedIsRefusedBeforeItIsAllocated() {
    var huge = "{\"type\":\"fixed\",\"name\":\"F\",\"size\":2000000000}";
    assertRefused(record(parse(huge), (byte) 1), "fixed");
  }

  @Test
  void aSchemaThatNamesAJavaClassRunsNoneOfIt() {
    var evil =
        parse(
            "{\"type\":\"record\",\"name\":\"S\",\"fields\":[{\"name\":\"a\",\"type\":"
                + "{\"type\":\"string\",\"java-class\":\"java.io.FileInputStream\"}}]}");
    var bytes = record(evil, (byte) 2, (byte) 'x');
    assertThat(reader.deserialize("t", bytes)).hasToString("{\"a\": \"x\"}");
    assertThat(
            TrustedClasses.find(
                parse(
                    "{\"type\":\"record\",\"name\":\"File\",\"namespace\":\"java.io\",\"fields\":[]}")))
        .isEmpty();
  }

  @Test
  void bytesThatAreLeftOverAreRefused() {
    var bytes = record(Schema.create(Schema.Type.INT), (byte) 2, (byte) 7);
    assertRefused(bytes, "left over");
  }

  @Test
  void truncatedValuesAreRefused() {
    var whole = everything();
    for (var length = 5; length < whole.length; length++) {
      assertRefused(Arrays.copyOf(whole, length), "topic 't'");
    }
    assertThat(reader.deserialize("t", whole)).isNotNull();
  }

  private byte[] everything() {
    var value = new GenericData.Record(EVERYTHING);
    value.put("text", "text");
    value.put("bytes", ByteBuffer.wrap(new byte[] {1, 2, 3}));
    value.put("list", java.util.List.of("a", "bc"));
    value.put("map", java.util.Map.of("k", 7L));
    value.put("choice", 5);
    value.put(
        "fixed",
        new GenericData.Fixed(EVERYTHING.getField("fixed").schema(), new byte[] {1, 2, 3, 4}));
    try (var writer = new AvroSerializer<Object>(registry)) {
      var bytes = writer.serialize("t", value);
      return bytes == null ? new byte[0] : bytes;
    }
  }

  @Test
  void flippedBitsGiveAValueOrASerializationExceptionAndNothingElse() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    var whole = everything();
    var read = 0;
    for (var i = 0; i < 20_000; i++) {
      var bytes = whole.clone();
      for (var flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bytes[5 + random.nextInt(bytes.length - 5)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        reader.deserialize("t", bytes);
        read++;
      } catch (SerializationException refused) {
        assertThat(refused.getMessage()).as("seed %d, round %d", seed, i).contains("topic 't'");
      }
    }
    assertThat(read).as("some flips only change a value (seed %d)", seed).isPositive();
  }

  @Test
  void ordinarySchemasAreNotRefused() {
    var wide = SchemaBuilder.record("Wide").fields();
    for (var i = 0; i < 2_000; i++) wide = wide.optionalString("f" + i);
    assertThat(SchemaLimits.check(1, wide.endRecord())).isFalse();
    assertThat(SchemaLimits.check(1, EVERYTHING)).isFalse();
    assertThat(SchemaLimits.check(1, Station.SCHEMA$)).isFalse();
  }
}
