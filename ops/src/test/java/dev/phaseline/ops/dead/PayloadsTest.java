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
  void whatCantBeCheckedAsksForRaw() {
    assertThatThrownBy(() -> encode(utf8("plain"), "other"))
        .isInstanceOf(EditException.class)
        .hasMessageContaining("--raw");
    assertThatThrownBy(() -> encode(null, "{}")).hasMessageContaining("neither Avro nor JSON");
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
