package dev.phaseline.cli.submit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.core.Codec;
import dev.phaseline.core.PayloadException;
import dev.phaseline.ops.console.EntryForm;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JsonEncoderTest {
  private static String encoded(JsonEncoder encoder, String json) {
    return new String(encoder.encode(json.getBytes(UTF_8)), UTF_8);
  }

  private static void refused(JsonEncoder encoder, String json, String... words) {
    assertThatThrownBy(() -> encoded(encoder, json))
        .as(json)
        .isInstanceOf(RefusedPayloadException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void textIsGivenAsAJsonString() {
    var text = JsonEncoder.text("hello.greet");
    assertThat(encoded(text, "\"Ada \\u00e9\"")).isEqualTo("Ada \u00e9");
    refused(text, "{}", "hello.greet takes text");
    refused(text, "Ada", "not JSON", "line 1");
    refused(text, "", "empty");
    refused(text, "\"a\" \"b\"", "not JSON");
  }

  @Test
  void aCodecDecidesAboutJson() {
    var upper =
        new Codec<String>() {
          @Override
          public byte[] encode(String topic, String value) {
            return value.getBytes(UTF_8);
          }

          @Override
          public String decode(String topic, byte[] bytes) {
            var text = new String(bytes, UTF_8);
            if (text.contains("-1")) throw new PayloadException("no order has -1 items");
            if (text.contains("err")) throw new LinkageError("broken jar");
            return text.replace(" ", "");
          }
        };
    var encoder = JsonEncoder.json(upper, "pl.orders.check");
    assertThat(encoded(encoder, "{ \"items\": 2 }")).isEqualTo("{\"items\":2}");
    refused(
        encoder, "{\"items\":-1}", "the codec of pl.orders.check refuses", "no order has -1 items");
    refused(encoder, "\"err\"", "refuses the payload", "broken jar");
    refused(encoder, "{\"items\":", "not JSON", "line 1, column");
  }

  @Test
  void knownMembersAreCheckedWhereTheCodecIsNotAtHand() {
    var members =
        List.of(
            new EntryForm.Member("id", "text", true),
            new EntryForm.Member("items", "integer", true),
            new EntryForm.Member("note", "text", false));
    var encoder = JsonEncoder.json("orders.check", members);
    assertThat(encoded(encoder, "{\"id\":\"a\",\"items\":2}"))
        .isEqualTo("{\"id\":\"a\",\"items\":2}");
    refused(encoder, "{\"id\":\"a\"}", "'items' (integer) is missing");
    refused(encoder, "{\"id\":\"a\",\"item\":2}", "no member 'item'", "did you mean items?");
    refused(encoder, "{\"id\":\"a\",\"items\":2.5}", "'items' must be of the type integer");
    refused(encoder, "[]", "takes a JSON object");
    refused(encoder, "{\"id\":1,\"id\":2}", "not JSON");
  }
}
