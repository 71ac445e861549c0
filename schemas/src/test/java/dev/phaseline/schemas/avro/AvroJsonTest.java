package dev.phaseline.schemas.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

final class AvroJsonTest {
  private static final Schema SCHEMA =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Order", "namespace": "shop", "fields": [
                {"name": "id", "type": "long"},
                {"name": "count", "type": "int"},
                {"name": "price", "type": "double"},
                {"name": "ratio", "type": "float"},
                {"name": "paid", "type": "boolean"},
                {"name": "note", "type": ["null", "string"], "default": null},
                {"name": "either", "type": ["null", "int", "long", "double", "string", "bytes"]},
                {"name": "raw", "type": "bytes"},
                {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 2}},
                {"name": "state", "type":
                  {"type": "enum", "name": "State", "symbols": ["NEW", "DONE"]}},
                {"name": "lines", "type": {"type": "array", "items":
                  {"type": "record", "name": "Line", "fields": [
                    {"name": "sku", "type": "string"},
                    {"name": "amounts", "type": {"type": "map", "values": "int"}}]}}}
              ]}\
              """);

  private final MemoryRegistry registry = new MemoryRegistry();
  private final int id = registry.register("orders-value", SCHEMA);
  private final AvroJson json = new AvroJson(registry);

  @Test
  void whatIsShownAndEncodedAgainIsTheSameBytes() {
    for (Object either :
        new Object[] {7, 7L, "text", ByteBuffer.wrap(new byte[] {1, (byte) 0xff})}) {
      for (var price : new double[] {1.5, 1e300, Double.NaN, Double.NEGATIVE_INFINITY, 0}) {
        var bytes = bytes(order(either, price));
        var shown = json.decode("orders", bytes);
        assertThat(shown.schemaId()).isEqualTo(id);
        assertThat(shown.schema()).isEqualTo("shop.Order");
        assertThat(json.encode(id, shown.json().toString())).as("%s", shown).isEqualTo(bytes);
      }
    }
  }

  @Test
  void unionsStandPlainlyUnlessThatWouldMeanAnotherType() {
    var shown = json.decode("orders", bytes(7L)).json();
    assertThat(shown.path("note").isNull()).isTrue();
    assertThat(shown.path("either").toString()).isEqualTo("{\"long\":7}");
    assertThat(json.decode("orders", bytes(7)).json().path("either").toString()).isEqualTo("7");
    assertThat(json.decode("orders", bytes("a")).json().path("either").toString())
        .isEqualTo("\"a\"");
  }

  @Test
  void fieldThatDoesNotFitIsNamedWithWhatItShouldBe() {
    wrong("\"count\":3", "\"count\":\"three\"", "field 'count' is \"three\"", "a whole number");
    wrong("\"count\":3", "\"count\":3.5", "field 'count' is 3.5", "a whole number");
    wrong("\"count\":3", "\"count\":3000000000", "field 'count'", "range of an int");
    wrong("\"count\":3,", "", "field 'count' is missing", "int");
    wrong("\"count\":3", "\"cuont\":3", "field 'cuont' is not in Order", "count");
    wrong("\"paid\":true", "\"paid\":1", "field 'paid' is 1", "true or false");
    wrong("\"note\":null", "\"note\":5", "field 'note' is 5", "text");
    wrong("\"NEW\"", "\"OLD\"", "field 'state'", "one of NEW, DONE");
    wrong("\"hash\":\"ab\"", "\"hash\":\"abc\"", "field 'hash'", "2 bytes long");
    wrong("\"raw\":\"\"", "\"raw\":\"\u20ac\"", "field 'raw'", "bytes");
    wrong("{\"x\":1}", "{\"x\":null}", "field 'lines[0].amounts.x' is null", "a whole number");
    wrong("\"either\":7", "\"either\":true", "field 'either' is true", "null or int or long");
  }

  @Test
  void missingFieldTakesItsDefault() {
    var text = text().replace("\"note\":null,", "");
    assertThat(json.decode("orders", json.encode(id, text)).json().path("note").isNull()).isTrue();
  }

  @Test
  void whatIsNoJsonIsToldWithThePlace() {
    assertThatThrownBy(() -> json.encode(id, "{\n  \"id\": }"))
        .isInstanceOf(JsonMismatchException.class)
        .hasMessageContaining("it is not JSON")
        .hasMessageContaining("line 2");
    assertThatThrownBy(() -> json.encode(id, "{} {}")).isInstanceOf(JsonMismatchException.class);
    assertThatThrownBy(() -> json.encode(id, "{\"id\":1,\"id\":2}"))
        .isInstanceOf(JsonMismatchException.class);
    assertThatThrownBy(() -> json.encode(id, "[]"))
        .isInstanceOf(JsonMismatchException.class)
        .hasMessageContaining("the payload is []");
    assertThatThrownBy(() -> json.encode(id, "")).isInstanceOf(JsonMismatchException.class);
  }

  @Test
  void foreignBytesAreTheDecodersFailure() {
    assertThatThrownBy(() -> json.decode("orders", new byte[] {1, 2, 3, 4, 5, 6}))
        .isInstanceOf(SerializationException.class);
    assertThat(AvroJson.schemaId(new byte[] {0, 0, 0, 1, 0})).hasValue(256);
    assertThat(AvroJson.schemaId(new byte[] {0, 0, 0, 1})).isEmpty();
    assertThat(AvroJson.schemaId(new byte[] {'{', '"', 'a', '"', ':', '1'})).isEmpty();
  }

  @Test
  void editChangesWhatWasEditedAndNoBitMore() {
    var sameNan = Double.longBitsToDouble(0x7ff8_0000_0000_beefL);
    for (var price :
        new double[] {sameNan, -0.0, 0.1, 1e-320, Double.MIN_VALUE, 9007199254740992.0}) {
      var order = order(-0.0, price);
      order.put("ratio", -0.0f);
      var before = bytes(order);
      var shown = json.decode("orders", before).json().toPrettyString();
      assertThat(json.edit(id, shown + '\n', before)).as(shown).isSameAs(before);

      order.put("count", 4);
      var edited = shown.replace("\"count\" : 3", "\"count\" : 4");
      assertThat(json.edit(id, edited, before)).as(edited).isEqualTo(bytes(order));
    }
  }

  /// Two blocks of one element each, where our own encoder writes one of two; and text that is
  /// none.
  @Test
  void bytesThatNoEncoderOfOursWritesStayWhenNothingWasEdited() {
    var schema =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Odd", "fields": [
                  {"name": "names", "type": {"type": "array", "items": "string"}},
                  {"name": "n", "type": "int"}]}\
                """);
    var odd = registry.register("odd-value", schema);
    var before = new byte[] {0, 0, 0, 0, (byte) odd, 2, 2, (byte) 0xff, 2, 2, 'b', 0, 6};
    var shown = json.decode("odd", before).json().toString();
    assertThat(json.edit(odd, " " + shown, before)).isSameAs(before);
    assertThat(json.edit(odd, shown.replace("3", "4"), before))
        .as("the edit rewrites the blocks and keeps the text's bytes")
        .isEqualTo(new byte[] {0, 0, 0, 0, (byte) odd, 4, 2, (byte) 0xff, 2, 'b', 0, 8});
  }

  @Test
  void numberThatWouldBecomeAnotherIsRefused() {
    wrong("\"price\":1.5", "\"price\":1e400", "field 'price' is 1E+400", "in range");
    wrong("\"price\":1.5", "\"price\":1e-400", "field 'price'", "such as 0.0");
    wrong(
        "\"price\":1.5",
        "\"price\":12345678901234567.89",
        "field 'price' is 12345678901234567.89",
        "such as 1.2345678901234568E16");
    wrong("\"price\":1.5", "\"price\":9007199254740993", "such as 9.007199254740992E15");
    wrong("\"price\":1.5", "\"price\":1e99999999999", "too large an exponent");
    wrong("\"ratio\":0.1", "\"ratio\":0.123456789", "such as 0.12345679");
    wrong("\"ratio\":0.1", "\"ratio\":1e39", "in range");
    assertThat(json.encode(id, text().replace("\"price\":1.5", "\"price\":1.50e0")))
        .isEqualTo(bytes(7));
  }

  @Test
  void halfOfACharacterIsRefused() {
    wrong(
        "\"sku\":\"s-1\"", "\"sku\":\"s\\ud83d\"", "lines[0].sku", "half of a character, \\ud83d");
    wrong("{\"x\":1}", "{\"\\ude00\":1}", "half of a character");
  }

  private void wrong(String right, String wrong, String... words) {
    var text = text();
    assertThat(text).contains(right);
    assertThatThrownBy(() -> json.encode(id, text.replace(right, wrong)))
        .isInstanceOf(JsonMismatchException.class)
        .message()
        .contains(words);
  }

  private String text() {
    return json.decode("orders", bytes(7)).json().toString();
  }

  private byte[] bytes(Object either) {
    return bytes(order(either, 1.5));
  }

  private byte[] bytes(GenericRecord order) {
    return Objects.requireNonNull(new AvroSerializer<>(registry).serialize("orders", order));
  }

  private static GenericRecord order(Object either, double price) {
    var line = new GenericData.Record(SCHEMA.getField("lines").schema().getElementType());
    line.put("sku", "s-1");
    line.put("amounts", Map.of("x", 1));
    var order = new GenericData.Record(SCHEMA);
    order.put("id", Long.MAX_VALUE);
    order.put("count", 3);
    order.put("price", price);
    order.put("ratio", 0.1f);
    order.put("paid", true);
    order.put("note", null);
    order.put("either", either);
    order.put("raw", ByteBuffer.allocate(0));
    order.put("hash", new GenericData.Fixed(SCHEMA.getField("hash").schema(), new byte[] {97, 98}));
    order.put("state", new GenericData.EnumSymbol(SCHEMA.getField("state").schema(), "NEW"));
    order.put("lines", List.of(line));
    return order;
  }
}
