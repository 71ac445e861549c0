package dev.phaseline.codecs;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.PayloadForm;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class JsonCodecTest {
  private static final String TOPIC = "pl.shop.pay";
  private static final String ORDER =
      """
      {"id": 7, "price": 12.50, "at": "2026-11-30T16:00:00Z", "due": "2026-12-24",
       "within": "PT90S", "note": null, "lines": [{"sku": "a", "count": 2}], "state": "PAID"}
      """;

  private enum State {
    OPEN,
    PAID
  }

  private record Line(String sku, int count) {}

  private record Order(
      long id,
      BigDecimal price,
      Instant at,
      LocalDate due,
      Duration within,
      @Nullable String note,
      List<Line> lines,
      State state) {}

  record Positive(int number) {
    Positive {
      if (number < 1) throw new IllegalArgumentException("secret " + number);
    }
  }

  private record Anything(Object value) {}

  private final JsonCodec<Order> orders = JsonCodec.of(Order.class);
  private final JsonCodec<Line> lines = JsonCodec.of(Line.class);

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private PayloadException refused(String json) {
    return refused(lines, bytes(json));
  }

  private static PayloadException refused(JsonCodec<?> codec, byte[] payload) {
    return org.junit.jupiter.api.Assertions.assertThrows(
        PayloadException.class, () -> codec.decode(TOPIC, payload));
  }

  @Test
  void recordsWithTimesComeBackAsTheyWere() {
    var order = orders.decode(TOPIC, bytes(ORDER));
    assertThat(order.at()).isEqualTo(Instant.parse("2026-11-30T16:00:00Z"));
    assertThat(order.within()).isEqualTo(Duration.ofSeconds(90));
    assertThat(order.lines()).containsExactly(new Line("a", 2));
    assertThat(order.note()).isNull();

    var written = orders.encode(TOPIC, order);
    assertThat(new String(written, UTF_8))
        .contains("\"at\":\"2026-11-30T16:00:00Z\"", "\"due\":\"2026-12-24\"", "\"PT1M30S\"");
    assertThat(orders.decode(TOPIC, written)).isEqualTo(order);
  }

  @Test
  void doublesThatAreNoNumbersComeBack() {
    var doubles = JsonCodec.of(double[].class);
    var all = new double[] {Double.NaN, Double.POSITIVE_INFINITY, -0.0, Double.MIN_VALUE};
    assertThat(doubles.decode(TOPIC, doubles.encode(TOPIC, all))).isEqualTo(all);
  }

  @Test
  void malformedBytesAreRefusedWithTheirPlace() {
    assertThat(refused("{\"sku\": \"a\",\n  \"count\": 1x}"))
        .hasMessageStartingWith("payload is no Line: not well-formed JSON")
        .hasMessageContaining("line 2, column ");
    assertThat(refused("")).hasMessageContaining("payload is no Line");
    assertThat(refused("null")).hasMessage("payload is null, and no Line");
    assertThat(refused("{\"sku\": \"a\", \"count\": 1} {}")).hasMessageContaining("line 1");
    assertThat(refused("[".repeat(100_000))).hasMessageContaining("payload is no Line");
    var notUtf8 = bytes("{\"sku\": \"?\", \"count\": 1}");
    notUtf8[9] = (byte) 0xff;
    assertThat(refused(lines, notUtf8)).hasMessageContaining("line 1");
    assertThat(refused(lines, "{\"sku\": \"a\", \"count\": 1}".getBytes(UTF_16))).isNotNull();
  }

  @Test
  void valuesThatDoNotFitAreRefusedWithTheirPropertyAndWithoutTheirText() {
    for (var wrong :
        List.of(
            "{\"sku\": \"a\", \"count\": \"12secret\"}",
            "{\"sku\": \"a\", \"count\": \"12\"}",
            "{\"sku\": \"a\", \"count\": 1.5}",
            "{\"sku\": \"a\", \"count\": null}",
            "{\"sku\": \"a\", \"count\": 99999999999}",
            "{\"sku\": \"a\", \"count\": true}")) {
      assertThat(refused(wrong))
          .as(wrong)
          .hasMessageContaining("$.count")
          .hasMessageContaining("line 1, column ")
          .hasMessageNotContaining("secret");
    }
    for (var wrong : List.of("1", "1.5", "true", "{}")) {
      assertThat(refused("{\"sku\": " + wrong + ", \"count\": 1}")).hasMessageContaining("$.sku");
    }
    assertThat(refused(orders, bytes(ORDER.replace("\"count\": 2", "\"count\": []"))))
        .hasMessageContaining("$.lines[0].count")
        .hasMessageContaining("line 2");
    assertThat(refused(orders, bytes(ORDER.replace("\"PAID\"", "1"))))
        .hasMessageContaining("$.state");
    assertThat(refused(orders, bytes(ORDER.replace("\"2026-12-24\"", "\"Xmas\""))))
        .hasMessageContaining("$.due")
        .hasMessageNotContaining("Xmas");
  }

  @Test
  void propertiesMustBeThereOnceAndNoOthers() {
    assertThat(refused("{\"sku\": \"a\"}")).hasMessageContaining("$.count");
    assertThat(refused("{\"sku\": \"a\", \"count\": 1, \"secret\": 2}"))
        .hasMessageContaining("a property that the type does not have")
        .hasMessageNotContaining("secret");
    assertThat(refused("{\"sku\": \"a\", \"count\": 1, \"count\": 2}"))
        .hasMessageContaining("payload is no Line");
  }

  @Test
  void aConstructorThatThrowsIsNamed() {
    assertThat(refused(JsonCodec.of(Positive.class), bytes("{\"number\": 0}")))
        .hasMessageContaining("its constructor threw IllegalArgumentException")
        .hasMessageNotContaining("secret");
  }

  @Test
  void aPayloadNamesNoClasses() {
    var any = JsonCodec.of(Anything.class);
    var map = any.decode(TOPIC, bytes("{\"value\": {\"@class\": \"java.net.URL\", \"x\": 1}}"));
    assertThat(map.value()).isEqualTo(Map.of("@class", "java.net.URL", "x", 1));
    var list = any.decode(TOPIC, bytes("{\"value\": [\"java.net.URL\", \"http://a\"]}"));
    assertThat(list.value()).isEqualTo(List.of("java.net.URL", "http://a"));

    var typing =
        JsonMapper.builder()
            .activateDefaultTyping(
                BasicPolymorphicTypeValidator.builder().allowIfBaseType(Object.class).build())
            .build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonCodec.of(Object.class, typing))
        .withMessageContaining("default typing");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonCodec.of(Anything.class, typing))
        .withMessageContaining("default typing");
  }

  @Test
  void aMapperOfOnesOwnDecides() {
    var lenient =
        JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    assertThat(
            JsonCodec.of(Line.class, lenient)
                .decode(TOPIC, bytes("{\"sku\": \"a\", \"count\": 1, \"more\": 2}")))
        .isEqualTo(new Line("a", 1));
  }

  @Test
  void halfACharacterComesBackAsAnEscape() {
    var half = new Line("half \ud83d", 1);
    var written = lines.encode(TOPIC, half);
    assertThat(new String(written, UTF_8)).containsIgnoringCase("\\ud83d");
    assertThat(lines.decode(TOPIC, written)).isEqualTo(half);
  }

  @Test
  void whatHasNoJsonIsRefused() {
    var selves = JsonCodec.of(Anything.class);
    assertThatExceptionOfType(PayloadException.class)
        .isThrownBy(() -> selves.encode(TOPIC, new Anything(new Object())))
        .withMessageContaining("$.value");
  }

  /// A type with one member of each kind.
  record Parcel(
      String id,
      int items,
      double price,
      boolean paid,
      List<String> tags,
      Instant at,
      Map<?, ?> x) {}

  @Test
  void membersOfTheObjectAreDeclared() {
    assertThat(JsonCodec.of(Parcel.class).form())
        .isEqualTo(
            new PayloadForm.Json(
                List.of(
                    new PayloadForm.Member("id", "text", true),
                    new PayloadForm.Member("items", "integer", true),
                    new PayloadForm.Member("price", "number", true),
                    new PayloadForm.Member("paid", "boolean", true),
                    new PayloadForm.Member("tags", "list", true),
                    new PayloadForm.Member("at", "text", true),
                    new PayloadForm.Member("x", "object", true))));
    assertThat(JsonCodec.of(String.class).form()).isEqualTo(new PayloadForm.Json(List.of()));
    var lenient = JsonCodec.of(Parcel.class, new JsonMapper());
    assertThat(((PayloadForm.Json) lenient.form()).members())
        .noneMatch(PayloadForm.Member::required);
  }
}
