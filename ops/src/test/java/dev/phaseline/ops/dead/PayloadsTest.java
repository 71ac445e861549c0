package dev.phaseline.ops.dead;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.ops.dead.Payloads.EditException;
import dev.phaseline.ops.dead.Payloads.Form;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// Payloads without a registry; with one they are the demo's, in the command's tests.
final class PayloadsTest {
  private static final byte[] AVRO_LIKE = {0, 0, 0, 0, 7, 1};

  private final Payloads payloads = Payloads.plain();

  @Test
  void formsAreTold() {
    assertThat(payloads.show(null).form()).isEqualTo(Form.NONE);
    assertThat(payloads.show(utf8("{\"a\": 1}")).form()).isEqualTo(Form.JSON);
    assertThat(payloads.show(utf8("{\"a\": 1")).form()).isEqualTo(Form.TEXT);
    assertThat(payloads.show(utf8("42")).form()).isEqualTo(Form.TEXT);
    assertThat(payloads.show(new byte[] {(byte) 0xff, 0x10}).text()).isEqualTo("ff10");
    var avro = payloads.show(AVRO_LIKE);
    assertThat(avro.note()).contains("looks like Avro, schema id 7", "name a registry");
  }

  @Test
  void jsonIsCheckedToBeJson() {
    var original = utf8("{\"a\": 1}");
    assertThat(encode(original, "{\"a\": 2}")).isEqualTo(utf8("{\"a\": 2}"));
    assertThatThrownBy(() -> encode(original, "{\"a\": }"))
        .isInstanceOf(EditException.class)
        .hasMessageContaining("not JSON")
        .hasMessageContaining("line 1, column");
    assertThatThrownBy(() -> encode(original, "{\"a\": 1, \"a\": 2}"))
        .isInstanceOf(EditException.class);
  }

  @Test
  void emptyTextIsNoJson() {
    assertThatThrownBy(() -> encode(utf8("{}"), "")).hasMessageContaining("there is no value");
    assertThatThrownBy(() -> encode(utf8("{}"), "{} {}")).hasMessageContaining("more than one");
  }

  /// Through a value of Java's, each of these would come out as something else.
  @Test
  void whatIsShownAndGivenBackIsTheSameBytes() {
    for (var payload :
        new String[] {
          "{\"amount\":12345678901234567.89,\"big\":1e400,\"tiny\":1e-400,\"z\":-0.0,\"p\":1.10}",
          "[9007199254740993, 0.1234567890123456789, 1E+2, 100e-2, -0]",
          "{\"s\":\"\\ud83d\",\"t\":\"\\/\\u00e9\",\"\\u0061\":1}",
          " {\r\n\t\"a\" : [ ] , \"b\" :{ } }\n\n",
          "{\"flag\":\"\uD83C\uDFF4\uDB40\uDC67\uDB40\uDC7F\",\"word\":\"\u0645\u06CC\u200C\u062E\"}",
          "id\tname\r\n1\tM\u00FCller\r\n2\t\u200CK\r\n",
          "{\"a\":1,\"a\":2}",
          "\uFEFFplain",
          "",
        }) {
      var original = utf8(payload);
      var shown = payloads.show(original);
      assertThat(utf8(shown.text())).isEqualTo(original);
      assertThat(encode(original, shown.text())).isSameAs(original);
    }
  }

  @Test
  void bytesThatAreNoTextAreTakenBackAsTheyAreOrAsTheyAreShown() {
    var original = new byte[] {(byte) 0xff, 0, 13, 10};
    assertThat(payloads.encode(original, original.clone(), OptionalInt.empty())).isSameAs(original);
    assertThat(encode(original, "ff000d0a\n")).isSameAs(original);
    assertThatThrownBy(() -> encode(original, "ff000d0b")).hasMessageContaining("--raw");
    assertThat(payloads.encode(AVRO_LIKE, AVRO_LIKE.clone(), OptionalInt.empty()))
        .isSameAs(AVRO_LIKE);
  }

  @Test
  void textIsTakenAsText() {
    assertThat(encode(utf8("a\tb\r\n"), "a\tc\r\n")).isEqualTo(utf8("a\tc\r\n"));
    assertThat(encode(utf8("{\"a\":1,\"a\":2}"), "{\"a\":1,\"a\":3}"))
        .isEqualTo(utf8("{\"a\":1,\"a\":3}"));
  }

  @Test
  void layoutChangesNothingButWhiteSpace() {
    var json = "{\"a\" :[1.10,\r\n-0.0],\"b\":{},\"c\":[ ],\"d\":\"x \\\" , {\\\\\"}";
    assertThat(payloads.show(utf8(json)).readable())
        .isEqualTo(
            """
            {
              "a": [
                1.10,
                -0.0
              ],
              "b": {},
              "c": [],
              "d": "x \\" , {\\\\"
            }\
            """);
    assertThat(payloads.show(utf8(json)).json())
        .contains("{\"a\":[1.10,-0.0],\"b\":{},\"c\":[],\"d\":\"x \\\" , {\\\\\"}");
    var out = LetterJson.line(LetterJson.Payload.of(payloads.show(utf8("[1e400, \"\\ud83d\"]"))));
    assertThat(out).isEqualTo("{\"form\":\"json\",\"json\":[1e400,\"\\ud83d\"]}");
  }

  @Test
  void whatCantBeCheckedAsksForRaw() {
    assertThatThrownBy(() -> encode(null, "{}")).hasMessageContaining("no payload to change");
    assertThatThrownBy(() -> encode(AVRO_LIKE, "{}"))
        .isInstanceOf(EditException.class)
        .hasMessageContaining("name a registry");
    assertThatThrownBy(() -> payloads.encode(AVRO_LIKE, utf8("{}"), OptionalInt.of(7)))
        .isInstanceOf(EditException.class)
        .hasMessageContaining("registry must be named");
    assertThatThrownBy(
            () -> payloads.encode(utf8("{}"), new byte[] {(byte) 0xff}, OptionalInt.empty()))
        .hasMessageContaining("UTF-8");
  }

  private byte[] encode(byte @org.jspecify.annotations.Nullable [] original, String typed) {
    return payloads.encode(original, utf8(typed), OptionalInt.empty());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
